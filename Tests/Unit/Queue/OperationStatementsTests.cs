using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Tests.Unit.Queue;

// An operation names its statement and arguments itself. Whoever adds one need not think of this test: the records are found.
public sealed class OperationStatementsTests
{
    private static readonly Type[] _operations =
        [.. typeof(Operation<>).Assembly.GetTypes().Where(t =>
            t.BaseType is { IsGenericType: true } known && known.GetGenericTypeDefinition() == typeof(Operation<>))];

    public static TheoryData<string> Names => [.. _operations.Select(t => t.Name)];

    [Fact]
    public void Every_operation_has_a_statement_of_its_own()
    {
        var statements = _operations.Select(t => CallOf(Sample(t, "x")).Statement).ToList();

        Assert.InRange(statements.Count, 13, 100);
        Assert.Empty(statements.Except(QueueStatements.Names));
        Assert.Equal(statements.Distinct(), statements);
    }

    // An argument that the statement leaves to the function's default would be lost without a word.
    [Theory]
    [MemberData(nameof(Names))]
    public void Statement_takes_every_part_of_its_operation_by_its_name(string operation)
    {
        var sample = Sample(TypeOf(operation), operation);

        var call = CallOf(sample);

        Assert.Equal(Parts(sample).Order(), call.Arguments.Select(a => (a.Name, a.Value)).Order());
        var ordered = QueueStatements.Load(call.Statement).Named([.. Arguments(call)]);
        Assert.Equal(Positions(QueueStatements.Load(call.Statement)), Enumerable.Range(1, ordered.Length));
    }

    // The driver can't tell the type of a missing value.
    [Theory]
    [MemberData(nameof(Names))]
    public void Part_that_is_missing_has_a_type(string operation)
    {
        var call = CallOf(Sample(TypeOf(operation), text: null));

        Assert.All(Arguments(call), argument => Assert.NotNull(argument.Value));
    }

    private static Type TypeOf(string name) => _operations.Single(t => t.Name == name);

    private static OperationCall CallOf(object operation) =>
        (OperationCall)operation.GetType().GetProperty("Call", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(operation)!;

    private static IEnumerable<(string Name, object Value)> Arguments(OperationCall call) =>
        [.. call.Arguments.Select(a => (a.Name, Argument.Of(a.Type, a.Value))), ("who", "ann"), ("why", "a test")];

    // What the record's properties hold, each by the name of its column. A group and a scope have parts of their own.
    private static IEnumerable<(string Name, object? Value)> Parts(object record) =>
        from property in record.GetType().GetProperties()
        let value = property.GetValue(record)
        from part in property.PropertyType.Namespace == "System"
            ? [(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name), value)] : Parts(value!)
        select part;

    // Makes a record of these texts and of values that are not the default. Without a text, whatever may be missing is missing.
    private static object Sample(Type type, string? text) => Activator.CreateInstance(
        type, [.. type.GetConstructors().Single(c => c.GetParameters().Length > 0).GetParameters().Select(p => ValueOf(p, text))])!;

    private static object? ValueOf(ParameterInfo parameter, string? text)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return type == typeof(string) ? text is null ? null : $"{text} {parameter.Name}"
            : text is null && type != parameter.ParameterType ? null
            : type.Namespace != "System" ? Sample(type, text)
            : type == typeof(Guid) ? Guid.NewGuid()
            : Convert.ChangeType(7, type, CultureInfo.InvariantCulture);
    }

    private static IEnumerable<int> Positions(Statement statement) =>
        Regex.Matches(statement.ToString(), @"\$(\d+)").Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).Order();
}
