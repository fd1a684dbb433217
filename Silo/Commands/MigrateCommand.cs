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
            var applied = await Database.MigrateAsync(source, ct);
            if (parsed.WantsJson())
            {
                JsonOutput.Write(new { Database = database.Name, Applied = applied });
                return ExitCodes.Ok;
            }

            foreach (var name in applied)
            {
                Console.WriteLine($"applied {name}");
            }

            Console.WriteLine(applied.Count == 0 ? $"{database.Name} is up to date." : $"{applied.Count} migrations applied to {database.Name}.");
            return ExitCodes.Ok;
        });
        return command;
    }
}
