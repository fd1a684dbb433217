namespace OrleansBatch.Tests.Support;

// The operators' acts on record, with operator and reason.
public static class OperatorRecord
{
    public static Task<List<(string Verb, string Subject, string Who, string Why)>> ActionsAsync(this QueueDatabase database) =>
        database.RowsAsync(
            "SELECT verb, subject, who, why FROM orleans_batch.operator_action ORDER BY action_id",
            r => (r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3)));
}
