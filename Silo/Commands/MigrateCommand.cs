using System.CommandLine;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Silo.Commands;

// migrate: brings the database to this version.
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", "Brings the database to this version; a silo does the same when it starts.")
        {
            JsonOutput.Option,
        };
        command.SetAction(async (parsed, ct) =>
        {
            await using var database = await DatabaseHandle.OpenAsync(parsed.GetConnection(), ct);
            await using var source = Database.Pool(database, "migrate");
            var report = await Database.MigrateAsync(source, ct);
            if (parsed.WantsJson())
            {
                JsonOutput.Write(new { Database = database.Name, report.Applied, report.ReplacedRoutines });
                return ExitCodes.Ok;
            }

            foreach (var name in report.Applied)
            {
                Console.WriteLine($"applied {name}");
            }

            if (report.ReplacedRoutines)
            {
                Console.WriteLine("replaced the routines and views");
            }

            Console.WriteLine(report.IsEmpty ? $"{database.Name} is up to date." : $"{database.Name} is at this version now.");
            return ExitCodes.Ok;
        });
        return command;
    }
}
