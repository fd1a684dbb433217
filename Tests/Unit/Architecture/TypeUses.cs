using System.Reflection;
using System.Reflection.Emit;

namespace OrleansBatch.Tests.Unit.Architecture;

// Which types a compiled type uses: in its signatures, its attributes and the bodies of its methods. The compiler leaves constants and
// nameof out; the usings of the source files have those.
internal static class TypeUses
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> _opCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value);

    public static HashSet<Type> Of(Type type)
    {
        var found = new HashSet<Type>();
        Add(found, type.BaseType);
        AddAll(found, type.GetInterfaces());
        AddAll(found, type.GetCustomAttributesData().Select(a => a.AttributeType));
        AddAll(found, type.GetFields(Declared).Select(f => f.FieldType));
        foreach (var method in MethodsOf(type))
        {
            AddMember(found, method);
            AddBody(found, method);
        }

        return found;
    }

    // What the body of the method names.
    public static IEnumerable<MemberInfo> MembersIn(MethodBase method)
    {
        var typeArguments = method.DeclaringType is { IsGenericType: true } declaring ? declaring.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        return Tokens(method.GetMethodBody()?.GetILAsByteArray() ?? [])
            .Select(token => method.Module.ResolveMember(token, typeArguments, methodArguments)).OfType<MemberInfo>();
    }

    // The methods and constructors that the type itself declares.
    public static IEnumerable<MethodBase> MethodsOf(Type type) =>
        type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared));

    private static void AddBody(HashSet<Type> found, MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return;
        }

        AddAll(found, body.LocalVariables.Select(v => v.LocalType));
        AddAll(found, body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause).Select(c => c.CatchType));
        foreach (var member in MembersIn(method))
        {
            AddMember(found, member);
        }
    }

    private static void AddMember(HashSet<Type> found, MemberInfo member)
    {
        Add(found, member as Type ?? member.DeclaringType);
        Add(found, (member as FieldInfo)?.FieldType);
        Add(found, (member as MethodInfo)?.ReturnType);
        if (member is MethodBase method)
        {
            AddAll(found, method.GetParameters().Select(p => p.ParameterType));
            AddAll(found, method.IsGenericMethod ? method.GetGenericArguments() : []);
        }
    }

    private static void AddAll(HashSet<Type> found, IEnumerable<Type?> types)
    {
        foreach (var type in types)
        {
            Add(found, type);
        }
    }

    private static void Add(HashSet<Type> found, Type? type)
    {
        if (type?.HasElementType is true)
        {
            Add(found, type.GetElementType());
        }
        else if (type is { IsGenericParameter: false } && found.Add(type))
        {
            AddAll(found, type.GetGenericArguments());
        }
    }

    // The operands that name a type, a method or a field.
    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (var i = 0; i < code.Length;)
        {
            var value = code[i] == 0xFE ? unchecked((short)(0xFE00 | code[i + 1])) : code[i];
            var opCode = _opCodes[value];
            i += opCode.Size;
            if (opCode.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok
                or OperandType.InlineType)
            {
                yield return BitConverter.ToInt32(code, i);
            }

            i += opCode.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, i)),
                _ => 4,
            };
        }
    }
}
