using System.CommandLine;

namespace OrleansBatch.Silo.Commands.Operating;

// The answer of a verb: a sentence for people, an object for scripts.
internal static class Answer
{
    public static void Write<T>(ParseResult parsed, T forScripts, string forPeople)
    {
        if (parsed.WantsJson())
        {
            JsonOutput.Write(forScripts);
        }
        else
        {
            Terminal.WriteLine(forPeople);
        }
    }
}
