using System.Reflection;
using System.Runtime.CompilerServices;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Architecture;

// The compiler names private members that nobody uses. Internal ones may be used by all projects, and only a look at all of them tells.
public sealed class UnusedCodeTests
{
    // What only tests use, because they stand where no caller does.
    private static readonly string[] _forTests =
    [
        "EmbeddedPostgres.Abandon", "EmbeddedPostgres.CrashAsync", "EmbeddedPostgres.IsAbandonedAsync",
        "EngineHealth.get_CancelledCalls", "GroupSession.TryLockAsync", "HostNetwork.Abandon", "NetworkHost.AddAddressAsync",
        "QueueStatements.get_Names", "SettingNames.get_Known",
    ];

    private static readonly List<Type> _types =
        [.. Arrows.Projects.Append("Bench").SelectMany(project => Arrows.Project(project).GetTypes())];

    [Fact]
    public void Every_internal_type_is_used_by_another_type()
    {
        var used = _types
            .SelectMany(user => TypeUses.Of(user).Select(Outermost).Where(u => u != Outermost(user)))
            .ToHashSet();

        SourceRule.Holds(_types
            .Where(t => !t.IsVisible && t.DeclaringType is null && IsWritten(t) && !HasOnlyConstants(t) && !used.Contains(t))
            .Select(t => t.FullName!));
    }

    [Fact]
    public void Every_internal_method_and_property_is_used()
    {
        var used = _types.SelectMany(TypeUses.MethodsOf)
            .SelectMany(user => TypeUses.MembersIn(user).Where(m => !IsSame(m, user)))
            .Select(m => (m.Module, m.MetadataToken)).ToHashSet();

        var unused = _types.Where(IsWritten).SelectMany(TypeUses.MethodsOf).OfType<MethodInfo>()
            .Where(m => IsInternal(m) && !used.Contains((m.Module, m.MetadataToken)))
            .Select(m => $"{m.DeclaringType!.Name}.{m.Name}").ToList();

        SourceRule.Holds(unused.Except(_forTests));
        Assert.Empty(_forTests.Except(unused));
    }

    private static bool IsWritten(Type type) =>
        type.Namespace?.StartsWith("OrleansBatch.", StringComparison.Ordinal) is true
        && !type.IsDefined(typeof(CompilerGeneratedAttribute), false)
        && !type.Name.Contains('<', StringComparison.Ordinal);

    // The compiler writes a constant's value and not its name.
    private static bool HasOnlyConstants(Type type) =>
        !TypeUses.MethodsOf(type).Any()
        && type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).All(f => f.IsLiteral);

    // An interface or a base class calls what is virtual, serializers call setters, and a record brings methods that nobody wrote.
    private static bool IsInternal(MethodInfo method) =>
        !method.IsVirtual && !(method.DeclaringType!.IsVisible && (method.IsPublic || method.IsFamily))
        && !method.Name.StartsWith("set_", StringComparison.Ordinal)
        && !method.Name.Contains('<', StringComparison.Ordinal)
        && method.Name is not ("Deconstruct" or "op_Equality" or "op_Inequality" or "Equals" or "PrintMembers");

    private static bool IsSame(MemberInfo one, MethodBase other) => one.Module == other.Module && one.MetadataToken == other.MetadataToken;

    private static Type Outermost(Type type) =>
        type.DeclaringType is { } outer ? Outermost(outer) : type.IsGenericType ? type.GetGenericTypeDefinition() : type;
}
