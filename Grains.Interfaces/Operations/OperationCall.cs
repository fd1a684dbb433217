namespace OrleansBatch.Grains.Interfaces.Operations;

// The statement that carries an operation out, and the operation's arguments by the names that the statement gives them.
internal sealed class OperationCall(string statement)
{
    private readonly List<OperationArgument> _arguments = [];

    public string Statement => statement;

    public IReadOnlyList<OperationArgument> Arguments => _arguments;

    public OperationCall With<T>(string name, T value)
    {
        _arguments.Add(new OperationArgument(name, typeof(T), value));
        return this;
    }

    public OperationCall With(GroupKey group) => With("team_id", group.TeamId).With("schema_id", group.SchemaId);

    public OperationCall With(PauseScope scope) =>
        With("team_id", scope.TeamId).With("schema_id", scope.SchemaId).With("sink", scope.Sink);
}
