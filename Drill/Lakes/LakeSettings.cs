using System.Globalization;

namespace OrleansBatch.Drill.Lakes;

// What silos are told of the lake. Checkpoints come often, so that faults find some.
internal sealed record LakeSettings(string Directory)
{
    public const int CheckpointInterval = 5;

    public string Inputs { get; } = InputsOf(Directory);

    public static string InputsOf(string directory) => System.IO.Directory.CreateDirectory(Path.Combine(directory, "inputs")).FullName;

    public LakeOfSilo For(string lake, params (string Name, string Value)[] more) => new(
        ["--lake", lake, "--roots", Inputs],
        new Dictionary<string, string>(more.Select(m => KeyValuePair.Create(m.Name, m.Value)))
        {
            ["OrleansBatch__Delta__CheckpointInterval"] = CheckpointInterval.ToString(CultureInfo.InvariantCulture),
            ["OrleansBatch__Delta__NotReadyRetry"] = "00:00:01",
            ["OrleansBatch__Delta__ScratchDirectory"] = Path.Combine(Directory, "scratch"),
        });
}
