using System.Text;

namespace Hone.Data.Quality.Similarity;

/// <summary>Texts that a reader takes for the same, made equal: full-width forms, case, spaces, and punctuation and quotes at both ends make no difference.</summary>
static class NormalText
{
    const ulong FnvOffset = 14695981039346656037;
    const ulong FnvPrime = 1099511628211;

    public static string Of(string text)
    {
        string folded = text.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        (int start, int end) = (0, folded.Length);
        while (start < end && IsTrimmed(folded[start]))
            start++;
        while (end > start && IsTrimmed(folded[end - 1]))
            end--;

        StringBuilder normal = new(end - start);
        bool isSpaced = false;
        foreach (char letter in folded.AsSpan(start, end - start))
        {
            if (char.IsWhiteSpace(letter))
            {
                isSpaced = true;
                continue;
            }
            // Chinese is written with and without spaces beside it.
            if (isSpaced && !IsChinese(letter) && !IsChinese(normal[^1]))
                normal.Append(' ');
            isSpaced = false;
            normal.Append(letter);
        }
        return normal.ToString();
    }

    /// <summary>A number that is the same on every machine and, in practice, another one for every other text: FNV-1a, mixed.</summary>
    public static ulong Hash(ReadOnlySpan<char> text)
    {
        ulong hash = FnvOffset;
        foreach (char letter in text)
            hash = (hash ^ letter) * FnvPrime;
        return Mix(hash);
    }

    /// <summary>Spreads the bits of a number over all bits: the finaliser of SplitMix64.</summary>
    public static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
        return hash ^ (hash >> 31);
    }

    /// <summary>Characters that are words of their own: Chinese, Japanese and Korean ones, the halves of rare ones included.</summary>
    public static bool IsChinese(char letter) => letter is >= '\u2e80' and <= '\u9fff' or >= '\uac00' and <= '\ud7a3' or >= '\uf900' and <= '\ufaff' or >= '\ud840' and <= '\ud8ff';

    // What stands for a quantity or a name at the end stays: 5 %, C#, C++.
    static bool IsTrimmed(char letter) => char.IsWhiteSpace(letter) || (char.IsPunctuation(letter) && letter is not ('%' or '#' or '&' or '@' or '*' or '/' or '-'));
}
