using OrleansBatch.Silo.Commands;

return await CommandLine.RunAsync(args);
