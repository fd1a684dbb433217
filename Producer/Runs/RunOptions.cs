using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansBatch.Producer.Runs;

// A null option is left out of the JSON object, so that the queue's default holds.
internal static class RunOptions
{
    public static string Of(RunDescription run)
    {
        var options = new JsonObject();
        Set(options, "on_failure", run.OnFailure switch { null => null, OnFailure.Block => "block", _ => "continue" });
        Set(options, "supersede", run.Supersede switch
        {
            null => null,
            Supersede.Always => "always",
            Supersede.Idle => "idle",
            _ => "never",
        });
        return With(options.ToJsonString(), run.NullKeys, run.Lossy, run.Cdc);
    }

    // Text that is no JSON object stays as it is: the queue refuses it with a sentence.
    public static string With(string options, NullKeyRule? nullKeys, LossRule? lossy, Cdc? cdc)
    {
        if ((nullKeys is null && lossy is null && cdc is null) || Parse(options) is not { } known)
        {
            return options;
        }

        Set(known, "null_keys", nullKeys switch { null => null, NullKeyRule.Keep => "keep", _ => "refuse" });
        Set(known, "lossy", lossy switch { null => null, LossRule.Round => "round", _ => "refuse" });
        if (cdc is not null)
        {
            known["cdc"] = new JsonObject
            {
                ["operation"] = cdc.Operation,
                ["sequence"] = cdc.Sequence,
                ["deletes"] = cdc.Deletes == DeleteRule.Soft ? "soft" : "hard",
                ["history"] = cdc.History,
            };
        }

        return known.ToJsonString();
    }

    private static void Set(JsonObject options, string key, string? value)
    {
        if (value is not null)
        {
            options[key] = value;
        }
    }

    private static JsonObject? Parse(string options)
    {
        try
        {
            return JsonNode.Parse(options) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
