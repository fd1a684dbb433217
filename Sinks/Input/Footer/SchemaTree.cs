namespace OrleansBatch.Sinks.Input.Footer;

// Builds the tree from the lines of a schema.
internal static class SchemaTree
{
    // The limit is deeper than any table, and no deeper than a stack bears.
    private const int MostLevels = 100;

    public static SchemaNode Of(IReadOnlyList<SchemaElement> lines)
    {
        if (lines.Count == 0)
        {
            throw new FooterException("it has no schema");
        }

        // The root has no repetition, whatever its line says.
        var root = new SchemaNode(lines[0] with { Repetition = Repetition.Required }, null);
        var next = 1;
        AddChildren(root, lines, ref next, 1);
        return next == lines.Count ? root : throw new FooterException("its schema has more lines than columns");
    }

    private static void AddChildren(SchemaNode parent, IReadOnlyList<SchemaElement> lines, ref int next, int level)
    {
        if (level > MostLevels)
        {
            throw new FooterException($"its columns are nested more than {MostLevels} levels deep");
        }

        for (var left = parent.Element.Children; left > 0; left--)
        {
            if (next == lines.Count)
            {
                throw new FooterException("its schema ends too early");
            }

            var child = parent.Add(lines[next++]);
            AddChildren(child, lines, ref next, level + 1);
        }
    }
}
