using DuckDB.NET.Data;
using DuckDB.NET.Native;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

// At the end of a full refresh the staged rows become the table, or go away.
internal static class FullRefresh
{
    // Returns a sentence for each of people's additions that could not be kept.
    public static IReadOnlyList<string> End(DuckDbSession session, RunEndContext context, CancellationToken cancellationToken)
    {
        var run = context.OriginRunId;
        if (session.Number(SinkQueries.FindSwapped, cancellationToken, run) > 0)
        {
            return [];
        }

        IReadOnlyList<string> lost = [];
        var stage = LakeTable.StageOf(run);
        if (context.End == RunEnd.Sealed)
        {
            lost = SwapIn(session, stage, LakeTable.OfGroup(context.Group), cancellationToken);
            // The new rows begin a new order: their own sequences hold from now on.
            session.Execute(SqlText.Of($"DROP TABLE IF EXISTS {LakeTable.Tombstones.Name}"), cancellationToken);
            session.Execute(SinkQueries.MarkSwapped, cancellationToken, run, context.FencingToken);
        }
        else
        {
            session.Execute(SinkQueries.ForgetRun, cancellationToken, run);
        }

        session.Execute(SqlText.Of($"DROP TABLE IF EXISTS {stage.Name}"), cancellationToken);
        return lost;
    }

    private static IReadOnlyList<string> SwapIn(
        DuckDbSession session, LakeTable stage, LakeTable table, CancellationToken cancellationToken)
    {
        var hadTable = table.Exists(session, cancellationToken);
        if (!stage.Exists(session, cancellationToken))
        {
            if (hadTable)
            {
                session.Execute(SqlText.Of($"DELETE FROM {table.Name}"), cancellationToken);
            }

            return [];
        }

        if (!hadTable)
        {
            session.Execute(SqlText.Of($"CREATE TABLE {table.Name} AS FROM {stage.Name}"), cancellationToken);
            return [];
        }

        var before = TableColumns.Of(session, table.Name, cancellationToken);
        var additions = Additions.Of(session, table, cancellationToken);
        IReadOnlyList<string> lost =
        [
            .. Gone(before, TableColumns.Of(session, stage.Name, cancellationToken)),
            .. new Replacement(session, table, stage, additions, cancellationToken).Run(),
        ];
        return [.. lost, .. BrokenViews(session, cancellationToken)];
    }

    private static IEnumerable<string> Gone(IReadOnlyList<TableColumn> before, IReadOnlyList<TableColumn> after) =>
        from column in before
        where after.All(c => c.Key != column.Key)
        select $"The column {column.Name} is gone: no file of the run has it.";

    // A broken view is noticed while the rows are still in the transaction. A query that can't be bound does the transaction no harm.
    private static List<string> BrokenViews(DuckDbSession session, CancellationToken cancellationToken)
    {
        var broken = new List<string>();
        foreach (var (schema, name) in session.Rows(SinkQueries.FindViews, r => (r.GetString(0), r.GetString(1)), cancellationToken))
        {
            try
            {
                session.Execute(SqlText.Of($"USE lake.{SqlText.Identifier(schema)}"));
                TableColumns.Of(session, SqlText.Identifier(name), cancellationToken);
            }
            catch (DuckDBException error) when (DuckDbError.KindOf(error) is DuckDBErrorType.Binder or DuckDBErrorType.Catalog)
            {
                broken.Add($"The view {name} can't be read any more: {DuckDbError.FirstLine(error)}");
            }
        }

        session.Execute(SqlText.Of($"USE memory.main"));
        return broken;
    }
}
