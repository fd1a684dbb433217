namespace OrleansBatch.Tests.Docs;

// One line of a comment. StandsAlone says that the line has no code. Number counts from 1.
internal sealed record CommentLine(int Number, string Mark, string Text, bool StandsAlone)
{
    public bool Continues(CommentLine before) =>
        StandsAlone && before.StandsAlone && Number == before.Number + 1 && Mark == before.Mark;
}
