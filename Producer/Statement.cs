using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace OrleansBatch.Producer;

// Each statement has an embedded file of its own, and its text is never put together at run time.
internal sealed class Statement
{
    private readonly string _text;

    private Statement(string name)
    {
        var resource = $"producer/{name}.sql";
        using var stream = typeof(Statement).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource {resource} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        _text = reader.ReadToEnd();
    }

    public static Statement Load(string name) => new(name);

    [SuppressMessage("Security", "CA2100", Justification = "The text is an embedded file; values go as parameters.")]
    public async Task<T> CallAsync<T>(NpgsqlConnection connection, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(_text, connection);
        command.Parameters.AddRange(parameters);
        try
        {
            return (T)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("OB", StringComparison.Ordinal))
        {
            throw new EnqueueRefusedException(e.SqlState, e.MessageText, e.Hint, e);
        }
    }
}
