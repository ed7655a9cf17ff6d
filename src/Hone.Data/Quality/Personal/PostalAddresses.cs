using System.Text.RegularExpressions;
using Hone.Engine;

namespace Hone.Data.Quality.Personal;

/// <summary>Addresses of houses: Chinese ones from province or city down to road and number, or with a room; US ones with number, street and its kind, and what follows.</summary>
sealed partial class PostalAddresses() : PersonalKind("ADDRESS")
{
    public override string Name => Text.Of("addresses", "住址");

    public override IEnumerable<Range> Find(string text)
    {
        IEnumerable<Match> chinese = ChineseHouse().IsMatch(text) ? Chinese().Matches(text) : [];
        return chinese.Concat(American().Matches(text)).OrderBy(match => match.Index).Select(match => match.Index..(match.Index + match.Length));
    }

    // A name of a place: no word that leads to it (在, 是, 到, 住, …).
    const string Place = "[\u4e00-\u9fff-[的了和与及或在是到于从住往至址为送寄我你您他她们这那有去来请把给对向第每]]";

    // What every Chinese address holds, and what is found quickly.
    [GeneratedRegex(@"[路街道巷弄同里村区园苑]\s?[0-9０-９一二三四五六七八九十百]+\s?[号弄號幢栋座单]")]
    private static partial Regex ChineseHouse();

    [GeneratedRegex(
        $"""
        (?:
          (?:(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区|特别行政区)?|{Place}{"{2,4}"}市)
          (?:{Place}{"{1,6}"}(?:市|区|县|旗|镇|乡|街道|开发区)){"{0,3}"}
          {Place}{"{1,8}"}?(?:路|街|大道|道|巷|弄|胡同|里|村|大街)\s?[0-9０-９一二三四五六七八九十百]+\s?(?:号院?|弄|號)
          (?:\s?[0-9A-Za-z一二三四五六七八九十-]+\s?(?:号楼|幢|栋|座|单元|室|楼|层|号|弄))*
        |
          {Place}{"{2,8}"}(?:路|街|大道|道|巷|弄|胡同|里|村|小区|花园|苑)\s?[0-9０-９一二三四五六七八九十百]+\s?(?:号院?|弄|號|号楼|幢|栋|座|单元)
          (?:\s?[0-9A-Za-z一二三四五六七八九十-]+\s?(?:号楼|幢|栋|座|单元|楼|层|号|弄))*\s?[0-9A-Za-z一二三四五六七八九十-]+\s?室
        )
        """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Chinese();

    [GeneratedRegex(
        """
        (?<![0-9A-Za-z.,$£€¥￥-]|\b(?:the|The|in|In|of|by|since|a)\ )[1-9][0-9]{0,4}\ (?:(?:[NSEW]|North|South|East|West)\.?\ )?(?:[A-Z][a-z]+\ |[0-9]{1,3}(?:st|nd|rd|th)\ ){1,3}
        (?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Terrace|Parkway|Pkwy|Circle|Cir)\b\.?
        (?:,?\ (?:Apt|Apartment|Suite|Ste|Unit|\#)\.?\ ?[0-9A-Za-z-]+)?
        (?:,\ [A-Z][A-Za-z.]+(?:\ [A-Z][a-z]+){0,2},?\ [A-Z]{2}(?:\ [0-9]{5}(?:-[0-9]{4})?)?)?
        """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex American();
}
