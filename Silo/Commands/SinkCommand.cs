using System.CommandLine;

namespace OrleansBatch.Silo.Commands;

// sink: adds, lists, disables and enables destinations.
internal static class SinkCommand
{
    public static Command Create() => new("sink", "Adds, lists, disables and enables sinks.")
    {
        new SinkAddCommand().Create(), SinkListCommand.Create(), new SinkDisableCommand().Create(), new SinkEnableCommand().Create(),
    };

    public static Argument<string> Name() => new("name") { Description = "The sink's name.", HelpName = "NAME" };
}
