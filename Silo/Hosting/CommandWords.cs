using System.Text.RegularExpressions;

namespace OrleansBatch.Silo.Hosting;

// The queue's messages are written for callers of its SQL functions, and are said here in the words of the command line.
internal static class CommandWords
{
    private static readonly (Regex Sql, string Word)[] _words =
    [
        Say(@"\bpass force => true", "add --force"),
        Say(@"\bleave_sink => (\S+?)(\.?)$", "--leave $1$2"),
        Say(@"\bfrom_seq => (\S+?)(\.?)$", "--from $1$2"),
        Say(@"Pass why => '[^']*'", "Add --reason \"...\""),
        Say(@"Pass team_id as well", "Write the team before it, as in 7/orders"),
        Say(@"Pass an id that no run has, or leave it out", "Try again: the verb draws another id"),
        Say(@"[Tt]he view run_status lists them", "\"orleansbatch runs\" lists them"),
        Say(@"[Tt]he view group_status lists them", "\"orleansbatch runs\" shows those with runs"),
        Say(@"[Tt]he view run_status says", "\"orleansbatch show RUN\" says"),
        Say(@"[Tt]he view batch_status (lists|says)", "\"orleansbatch show RUN\" $1"),
        Say(@"\bbatch_status has the seq of each batch", "\"orleansbatch show RUN\" says which entries a run has"),
        Say(@"\bend it with cancel_run first", "end it with \"orleansbatch cancel RUN\" first"),
        Say(@"\badd one with add_sink", "add one with \"orleansbatch sink add NAME\""),
        Say(@"\buse replay\b", "use \"orleansbatch replay\""),
        Say(@"\bPass the same sync_type and primary_keys with every batch of a run",
            "Give the same --sync-type and --primary-key for a run"),
        Say(@"\bPass the same options with every batch of a run, or pass them with the first one only",
            "Give the same --null-keys, --lossy, --operation, --sequence, --deletes and --history for a run"),
        Say(@"\bPass primary_keys\b", "Add --primary-key COLUMN"),
        Say(@"the options null_keys (\w+) and lossy (\w+), as its first batch said, but batch (\w+) says null_keys (\w+) and lossy (\w+)",
            "--null-keys $1 and --lossy $2, as its first batch said, but batch $3 says --null-keys $4 and --lossy $5"),
        Say(@"\bRetry that run", "\"orleansbatch retry\" that run"),
        Say(@"\bretry that run", "\"orleansbatch retry\" that run"),
        Say(@"\bSeal that run", "\"orleansbatch seal\" that run"),
        Say(@"\bResume that one", "\"orleansbatch resume\" that one"),
    ];

    public static string Of(string message) => _words.Aggregate(message, (text, word) => word.Sql.Replace(text, word.Word));

    private static (Regex Sql, string Word) Say(string sql, string word) =>
        (new Regex(sql, RegexOptions.CultureInvariant | RegexOptions.Multiline), word);
}
