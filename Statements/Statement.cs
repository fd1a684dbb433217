using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;

namespace OrleansBatch.Statements;

/// <summary>One SQL statement, read from its own embedded file; its text is never put together at run time.</summary>
internal sealed partial class Statement
{
    private readonly string _text;
    private readonly Dictionary<string, int> _positions;

    internal Statement(string name, string text)
    {
        Name = name;
        _text = text;
        _positions = NamedParameters().Matches(_text).ToDictionary(
            m => m.Groups["name"].Value, m => int.Parse(m.Groups["position"].Value, CultureInfo.InvariantCulture) - 1);
    }

    public string Name { get; }

    public override string ToString() => _text;

    /// <summary>
    /// Puts named arguments into the statement's order. A statement names a parameter by <c>name => $1</c> at the beginning of a line, in
    /// its call of a function or in its header. The driver is sent positions as before: names of its own it would look for in the text at
    /// every execution.
    /// </summary>
    /// <exception cref="ArgumentException">A name is unknown, is given twice, or is missing.</exception>
    public object[] Named(params ReadOnlySpan<(string Name, object Value)> arguments)
    {
        var ordered = new object[_positions.Count];
        foreach (var (name, value) in arguments)
        {
            if (!_positions.TryGetValue(name, out var position) || ordered[position] is not null)
            {
                throw new ArgumentException($"The statement {Name} takes no argument {name}, or takes it once only.", nameof(arguments));
            }

            ordered[position] = value;
        }

        return arguments.Length == ordered.Length
            ? ordered
            : throw new ArgumentException(
                $"The statement {Name} takes {ordered.Length} arguments, not {arguments.Length}.", nameof(arguments));
    }

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

    [GeneratedRegex(@"^(-- |  )(?<name>[a-z_]+) => \$(?<position>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex NamedParameters();
}
