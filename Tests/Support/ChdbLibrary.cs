using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace OrleansBatch.Tests.Support;

// The library's side of Chdb: this assembly again, in a process that does nothing but answer queries.
// The library replaces the signal handlers of the process that it is loaded into. After that, .NET's null references hang there.
internal static class ChdbLibrary
{
    public const string Role = "ORLEANSBATCH_TEST_CHDB";
    public const string Answer = "answer ";
    public const string Error = "error ";

    // The role is played before the test runner's own entry point, in a child only.
    [ModuleInitializer]
    internal static void PlayRole()
    {
        if (Environment.GetEnvironmentVariable(Role) is not { Length: > 0 } library)
        {
            return;
        }

        NativeLibrary.SetDllImportResolver(typeof(ChdbLibrary).Assembly, (name, _, _) =>
            name == "chdb" ? NativeLibrary.Load(library) : IntPtr.Zero);
        var connection = Connect();
        while (Console.In.ReadLine() is { } line)
        {
            Console.Out.WriteLine(Query(connection, Encoding.UTF8.GetString(Convert.FromBase64String(line))));
        }

        Environment.Exit(0);
    }

    private static IntPtr Connect()
    {
        var arguments = Marshal.AllocCoTaskMem(IntPtr.Size);
        Marshal.WriteIntPtr(arguments, Marshal.StringToCoTaskMemUTF8("clickhouse"));
        return Marshal.ReadIntPtr(chdb_connect(1, arguments));
    }

    private static string Query(IntPtr connection, string sql)
    {
        var result = chdb_query(connection, Encoding.UTF8.GetBytes(sql + '\0'), "TSV\0"u8.ToArray());
        var error = chdb_result_error(result);
        var text = error == IntPtr.Zero
            ? Marshal.PtrToStringUTF8(chdb_result_buffer(result), (int)chdb_result_length(result))
            : Marshal.PtrToStringUTF8(error)!;
        chdb_destroy_query_result(result);
        return (error == IntPtr.Zero ? Answer : Error) + Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }

    [DllImport("chdb")]
    private static extern IntPtr chdb_connect(int count, IntPtr arguments);

    [DllImport("chdb")]
    private static extern IntPtr chdb_query(IntPtr connection, byte[] sql, byte[] format);

    [DllImport("chdb")]
    private static extern IntPtr chdb_result_buffer(IntPtr result);

    [DllImport("chdb")]
    private static extern nuint chdb_result_length(IntPtr result);

    [DllImport("chdb")]
    private static extern IntPtr chdb_result_error(IntPtr result);

    [DllImport("chdb")]
    private static extern void chdb_destroy_query_result(IntPtr result);
}
