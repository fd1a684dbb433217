using OrleansBatch.Bench;
using OrleansBatch.Silo.Commands;

return await CommandLine.RunAsync(BenchCommand.Create(), args, Console.Error);
