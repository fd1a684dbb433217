using OrleansBatch.Grains.Diagnostics;

namespace OrleansBatch.Tests.Unit.Diagnostics;

public sealed class ControlCharactersTests
{
    [Theory]
    [InlineData("a\u001b[31mred", "a\\u001b[31mred")]
    [InlineData("one\ntwo\r\tthree", "one\\ntwo\\r\\tthree")]
    [InlineData("\u0000\u007f\u0085\u009b2J", "\\u0000\\u007f\\u0085\\u009b2J")]
    [InlineData("\u2028next\u202eexe.txt\u2066", "\\u2028next\\u202eexe.txt\\u2066")]
    public void A_character_that_steers_is_shown_as_its_escape(string text, string shown) =>
        Assert.Equal(shown, ControlCharacters.Escape(text));

    [Fact]
    public void No_C0_or_C1_character_is_left()
    {
        var all = string.Concat(Enumerable.Range(0, 0x100).Select(c => (char)c));

        Assert.DoesNotContain(ControlCharacters.Escape(all), char.IsControl);
    }

    [Theory]
    [InlineData("/data/Größe 1 🦆.parquet")]
    [InlineData("C:\\new\\table")]
    [InlineData("")]
    public void Text_without_any_is_the_same_object(string text) => Assert.Same(text, ControlCharacters.Escape(text));

    [Fact]
    public void Nothing_is_shown_as_empty() => Assert.Empty(ControlCharacters.Escape(null));
}
