using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.DuckDb;

// The end of a full refresh: its staged rows become the table, or go away.
internal static class FullRefresh
{
    public static void End(DuckDbSession session, RunEndContext context, CancellationToken cancellationToken)
    {
        var run = context.OriginRunId;
        if (session.Number(SinkQueries.FindSwapped, cancellationToken, run) > 0)
        {
            return;
        }

        var stage = LakeTable.StageOf(run);
        if (context.End == RunEnd.Sealed)
        {
            SwapIn(session, stage, LakeTable.OfGroup(context.Group), cancellationToken);
            session.Execute(SinkQueries.MarkSwapped, cancellationToken, run, context.FencingToken);
        }
        else
        {
            session.Execute(SinkQueries.ForgetRun, cancellationToken, run);
        }

        session.Execute(SqlText.Of($"DROP TABLE IF EXISTS {stage.Name}"), cancellationToken);
    }

    private static void SwapIn(DuckDbSession session, LakeTable stage, LakeTable table, CancellationToken cancellationToken)
    {
        if (stage.Exists(session, cancellationToken))
        {
            session.Execute(SqlText.Of($"CREATE OR REPLACE TABLE {table.Name} AS FROM {stage.Name}"), cancellationToken);
        }
        else if (table.Exists(session, cancellationToken))
        {
            session.Execute(SqlText.Of($"DELETE FROM {table.Name}"), cancellationToken);
        }
    }
}
