using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DuckDb;

namespace OrleansBatch.Silo.Loading;

// Prints lines for people beside the progress of a load.
internal sealed class LoadReport(TextWriter output)
{
    public void Begin(LoadedRun run, IReadOnlyList<UnfinishedLoad> leftBehind)
    {
        output.WriteLine(
            run.HasEnded ? $"Run {run.RunId} has ended already, and nothing is loaded twice: {Contents(run)}."
            : run.IsContinued ? $"Going on with run {run.RunId}: {Contents(run)}."
            : $"Run {run.RunId}: {Contents(run)}.");
        foreach (var load in leftBehind)
        {
            output.WriteLine(
                $"Run {load.RunId} for {Shown(load.Group)} is unfinished since an earlier load: \"orleansbatch load --run {load.RunId}\" "
                + $"goes on with it, \"orleansbatch cancel {load.RunId} --reason WHY\" gives it up.");
        }
    }

    public void Enqueued(LoadedRun run, bool isPrivate) => output.WriteLine(
        $"Enqueued as run {run.RunId}: {Contents(run)}."
        + (isPrivate ? $" A load or serve from this directory applies it; \"orleansbatch load --run {run.RunId}\" waits for it." : ""));

    // Prints where the rows are, with a command line to look at them.
    public void Loaded(LoadedRun run)
    {
        if (LakeFile(run) is { } file)
        {
            var table = run.Group.SchemaId.Replace("\"", "\"\"", StringComparison.Ordinal);
            output.WriteLine($"The rows are in {Shown(file)}:");
            output.WriteLine(Shown($"  duckdb -readonly {Quoted(file)} {Quoted($"SELECT count(*) FROM \"{table}\"")}"));
        }

        if (DeltaTable(run) is { } delta)
        {
            output.WriteLine($"The rows are in the Delta table {Shown(delta)}:");
            output.WriteLine(Shown($"  orleansbatch table show {Quoted($"{run.Group}")} --lake {Quoted(run.Lakes.Delta!)}"));
        }
    }

    // Returns null where the lake is not known here.
    public static string? LakeFile(LoadedRun run) => run.Lakes.DuckDb is { } lake ? LakePath.Of(lake, run.Group) : null;

    // Returns null where the lake is not known here.
    public static string? DeltaTable(LoadedRun run) => run.Lakes.Delta is { } lake ? $"{lake}/{TablePath.Of(run.Group)}" : null;

    public static string Interrupted(Guid run, bool isPrivate) =>
        $"Interrupted: run {run} stays in the queue{(isPrivate ? "" : ", and the silos that serve it go on")}. The same command, or "
        + $"\"orleansbatch load --run {run}\", goes on with it; \"orleansbatch cancel {run} --reason WHY\" gives it up.";

    private static string Contents(LoadedRun run) =>
        $"{run.Batches:N0} {(run.Batches == 1 ? "batch" : "batches")} with {run.Rows:N0} rows for {Shown(run.Group)}";

    // Quotes the text as one word of a shell.
    private static string Quoted(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or ':') ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Shown(GroupKey group) => Shown($"{group}");

    private static string Shown(string text) => ControlCharacters.Escape(text);
}
