using System.CommandLine;

namespace OrleansBatch.Silo.Commands.Operating;

// The answer of a verb: an object for scripts, a sentence for people, and the exit code.
internal sealed record Answer(object ForScripts, string ForPeople, int ExitCode = ExitCodes.Ok)
{
    public int Write(ParseResult parsed)
    {
        if (parsed.WantsJson())
        {
            JsonOutput.Write(ForScripts);
        }
        else
        {
            Terminal.WriteLine(ForPeople);
        }

        return ExitCode;
    }
}
