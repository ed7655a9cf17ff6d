namespace Hone.Data.Sources;

/// <summary>Text in UTF-8 whose separator, a character beyond ASCII, is replaced by an ASCII one wherever it stands outside of quotes.</summary>
sealed class SeparatorStream(Stream text, byte[] separator) : ReadOnlyStream
{
    /// <summary>ASCII's own separator of units, which texts do not hold.</summary>
    public const char Separator = '\u001f';

    readonly byte[] _buffer = new byte[1 << 16];
    int _start;
    int _end;
    bool _isQuoted;
    bool _mayOpen = true; // A quote encloses a cell where it begins it, or follows one that seemed to close it: what is doubled is text.
    bool _isDone;

    public override int Read(Span<byte> buffer)
    {
        int written = 0;
        while (written < buffer.Length)
        {
            if (_end - _start < separator.Length && !_isDone)
            {
                if (written > 0)
                    break;
                Fill();
                continue;
            }
            if (_start == _end)
                break;

            if (!_isQuoted && _buffer.AsSpan(_start, _end - _start).StartsWith(separator))
            {
                buffer[written++] = (byte)Separator;
                _start += separator.Length;
                _mayOpen = true;
                continue;
            }
            byte next = _buffer[_start++];
            bool isTurn = next == '"' && (_isQuoted || _mayOpen);
            _mayOpen = isTurn ? _isQuoted : !_isQuoted && next is (byte)'\r' or (byte)'\n';
            _isQuoted ^= isTurn;
            buffer[written++] = next;
        }
        return written;
    }

    void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        int read = text.Read(_buffer.AsSpan(_end));
        _end += read;
        _isDone = read == 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            text.Dispose();
        base.Dispose(disposing);
    }
}
