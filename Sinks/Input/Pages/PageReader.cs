using OrleansBatch.Sinks.Input.Footer;

namespace OrleansBatch.Sinks.Input.Pages;

// Reads page headers through a buffer on the file: small pages lie in it side by side, and large ones are jumped over.
internal sealed class PageReader(SourceFile file)
{
    private const int Window = 16 * 1024;

    // A header may quote the least and the greatest value of its page.
    private const int LongestHeader = 64 * 1024 * 1024;

    private byte[] _window = new byte[Window];
    private long _start;
    private int _length;

    public PageHeader Read(long position, out long data)
    {
        if (position < _start || position >= _start + _length)
        {
            Fill(position);
        }

        while (true)
        {
            var offset = (int)(position - _start);
            try
            {
                var reader = new ThriftReader(_window.AsSpan(offset, _length - offset));
                var header = PageHeader.Read(ref reader);
                data = position + reader.Position;
                return header;
            }
            catch (FooterException error) when (error.IsTruncated && CanGrow(position))
            {
                Grow(position);
            }
        }
    }

    private bool CanGrow(long position) => _start + _length < file.Length && (position > _start || _window.Length < LongestHeader);

    private void Grow(long position)
    {
        if (position == _start)
        {
            _window = new byte[_window.Length * 4];
        }

        Fill(position);
    }

    private void Fill(long position)
    {
        _start = position;
        _length = file.Read(_window, position);
    }
}
