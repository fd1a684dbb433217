using System.CommandLine;
using Npgsql;
using OrleansBatch.Embedded;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue.Migrations;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Tables;

namespace OrleansBatch.Silo.Commands;

// doctor: lists findings, each with the verb that mends it.
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Looks for what is wrong and names the verb that mends it; exit code 1 when it finds any.")
        {
            JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        DatabaseHandle.RequireExisting(parsed.GetConnection());
        var (findings, database) = await ExamineAsync(parsed, ct);
        if (parsed.WantsJson())
        {
            JsonOutput.Write(findings);
        }
        else if (findings.Count == 0)
        {
            Console.WriteLine($"All is well: nothing was found in {database}.");
        }
        else
        {
            foreach (var finding in findings)
            {
                Terminal.WriteLine($"{finding.Severity} {finding.Code}: {finding.Message}");
                Terminal.WriteLine($"    mend with: {finding.Remedy}");
            }

            Console.WriteLine($"{findings.Count} {(findings.Count == 1 ? "thing was" : "things were")} found in {database}.");
        }

        return findings.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<(IReadOnlyList<Finding> Findings, string Database)> ExamineAsync(ParseResult parsed, CancellationToken ct)
    {
        var mistyped = SettingNames.MistakesOfEnvironment()
            .Select(m => new Finding("setting_unknown", "warning", "environment", m, "the environment variable"));
        try
        {
            await using var database = await DatabaseHandle.OpenAsync(parsed.GetConnection(), ct);
            var findings = await PrepareAsync(database, ct) is { } unprepared ? [unprepared] : await ExamineAsync(database, ct);
            return ([.. findings, .. mistyped], ControlCharacters.Escape(database.Name));
        }
        catch (Exception e) when (e is StartupException or EmbeddedPostgresException or NpgsqlException
            && ErrorText.For(e).ExitCode == ExitCodes.Environment)
        {
            var unusable = new Finding("database_unusable", "error", "connection", ErrorText.For(e).Message, "--connection");
            return ([unusable, .. mistyped], "the database");
        }
    }

    private static async Task<Finding?> PrepareAsync(DatabaseHandle database, CancellationToken ct)
    {
        try
        {
            await using var source = Database.Pool(database, "doctor");
            await Database.PrepareAsync(database, source, ct);
            return null;
        }
        catch (StartupException e)
        {
            return e.InnerException switch
            {
                NewerDatabaseException => new Finding("database_newer", "error", "database", e.Message, "The newer orleansbatch"),
                MigrationRefusedException => new Finding(
                    "database_refused", "error", "database", e.Message, "orleansbatch migrate, from a version that takes it over"),
                _ => new Finding("database_not_migrated", "error", "database", e.Message, "orleansbatch migrate"),
            };
        }
    }

    private static async Task<IReadOnlyList<Finding>> ExamineAsync(DatabaseHandle database, CancellationToken ct)
    {
        var options = new OrleansBatchOptions();
        new ConfigurationBuilder().AddEnvironmentVariables().Build().Bind(OrleansBatchOptions.Section, options);
        var findings = await new Grains.Doctor.Doctor(database.ConnectionString, options, TimeProvider.System).ExamineAsync(ct);

        await using var source = Database.Pool(database, "doctor");
        var tables = await new DeltaTablesCheck(source, s => Console.Error.WriteLine(ControlCharacters.Escape(s))).RunAsync(ct);

        // The private database has a silo only while a verb needs one.
        return [.. findings.Where(f => !database.IsEmbedded || f is not { Code: "sink_unserved", Severity: "warning" }), .. tables];
    }
}
