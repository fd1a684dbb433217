using System.Text.Json;

namespace OrleansBatch.Grains.Tenures;

// The rules of a cdc run as the queue keeps them, with the defaults of what the producer left out.
internal static class CdcText
{
    public static Cdc? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(text);
        var rules = document.RootElement;
        return new Cdc
        {
            Operation = rules.GetProperty("operation").GetString()!,
            Sequence = rules.GetProperty("sequence").GetString()!,
            Deletes = rules.GetProperty("deletes").GetString() == "soft" ? DeleteRule.Soft : DeleteRule.Hard,
            History = rules.GetProperty("history").GetBoolean(),
        };
    }
}
