using System.Globalization;
using OrleansBatch.Sinks.Delta;
using Spectre.Console;

namespace OrleansBatch.Silo.Commands;

// A Delta table for people and for scripts.
internal static class TableReport
{
    public static object JsonOf(DeltaTableState state) => new
    {
        state.Group.TeamId, state.Group.SchemaId, state.Address, state.Version, state.CommittedAt, state.Files, state.Rows, state.Bytes,
        state.LastOrigin, state.Seq, state.StagedSeq, state.Token, state.Columns, state.Protocol, state.LogTail,
    };

    public static void Write(IAnsiConsole console, DeltaTableState state)
    {
        var facts = new Facts();
        facts.Add("table", state.Address);
        facts.Add("group", $"{state.Group}");
        facts.Add(
            "version",
            state.Version is { } version ? $"{version}, committed {Times.Show(state.CommittedAt)}" : "none: a refresh is staged");
        facts.Add("files", Text($"{state.Files:N0} with {Count(state.Rows)} rows, {state.Bytes:N0} bytes"));
        facts.Add(
            "last batch",
            state.LastOrigin is { } origin ? $"seq {state.Seq}, index {origin.BatchIndex} of run {origin.RunId}" : $"seq {state.Seq}");
        if (state.StagedSeq > state.Seq)
        {
            facts.Add("staged", $"a full refresh up to seq {state.StagedSeq}");
        }

        facts.Add("token", $"{state.Token}");
        if (state.Protocol is { } protocol)
        {
            var features = (protocol.WriterFeatures ?? []).Union(protocol.ReaderFeatures ?? []).ToList();
            facts.Add(
                "protocol",
                $"reader {protocol.MinReaderVersion}, writer {protocol.MinWriterVersion}"
                + (features.Count == 0 ? "" : $", features {string.Join(", ", features)}"));
        }

        var tail = state.LogTail;
        facts.Add(
            "log",
            Text($"{tail.Commits:N0} commits of {tail.Bytes:N0} bytes ")
            + (tail.CheckpointVersion is { } at ? $"since the checkpoint of version {at}" : "and no checkpoint"));
        facts.Write(console);
        console.Profile.Out.Writer.WriteLine();
        var listing = new Listing(new ListingColumn("column", Wraps: true), new ListingColumn("type", Wraps: true), "");
        foreach (var column in state.Columns)
        {
            listing.Add(column.Name, column.Type, column.Nullable ? null : "not null");
        }

        listing.Write(console);
    }

    public static Listing HistoryOf(IReadOnlyList<DeltaTableVersion> versions)
    {
        var listing = new Listing("version", "committed", "operation", "run", "batches", "rows", "files", "removed");
        foreach (var v in versions)
        {
            listing.Add(
                $"{v.Version}", Times.Show(v.CommittedAt), v.Operation, $"{v.RunId}", BatchesOf(v), Count(v.Rows),
                Text($"{v.FilesAdded:N0}"),
                v.FilesRemoved == 0 ? null : Text($"{v.FilesRemoved:N0}"));
        }

        return listing;
    }

    private static string? BatchesOf(DeltaTableVersion version) =>
        version.Batches == 0 ? null
        : version.FirstIndex == version.LastIndex ? $"{version.LastIndex}" : $"{version.FirstIndex}-{version.LastIndex}";

    private static string Count(long? rows) => rows is { } known ? Text($"{known:N0}") : "uncounted";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
