using System.Diagnostics.CodeAnalysis;
using Npgsql;
using NpgsqlTypes;

namespace OrleansBatch.Grains.Queue;

/// <summary>One SQL statement, read from its own embedded file; its text is never put together at run time.</summary>
internal sealed class Statement
{
    private readonly string _text;

    private Statement(string name)
    {
        Name = name;
        _text = EmbeddedSql.Read($"queue/{name}.sql");
    }

    public string Name { get; }

    public static Statement Load(string name) => new(name);

    public override string ToString() => _text;

    [SuppressMessage("Security", "CA2100", Justification = "The text is an embedded file; values go as parameters.")]
    public NpgsqlCommand On(NpgsqlConnection connection, params ReadOnlySpan<object> arguments)
    {
        var command = new NpgsqlCommand(_text, connection);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(Parameter(argument));
        }

        return command;
    }

    /// <summary>Adds the statement to a pipeline.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "The text is an embedded file; values go as parameters.")]
    public void In(NpgsqlBatch pipeline, params ReadOnlySpan<object> arguments)
    {
        var command = new NpgsqlBatchCommand(_text);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(Parameter(argument));
        }

        pipeline.BatchCommands.Add(command);
    }

    // A tid's type is not inferred from its value.
    private static NpgsqlParameter Parameter(object argument) => argument switch
    {
        Argument.Missing missing => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = missing.Type },
        NpgsqlTid tid => new NpgsqlParameter { Value = tid, NpgsqlDbType = NpgsqlDbType.Tid },
        _ => new NpgsqlParameter { Value = argument },
    };
}
