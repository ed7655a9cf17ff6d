using System.Text.RegularExpressions;

namespace Hone.Data.Quality.Personal;

/// <summary>What stands before a number can say that it is no phone and no card: an order, a parcel, a version, a book.</summary>
static partial class NumberContext
{
    const int LookedAt = 16;

    public static bool IsOther(string text, int start) => OtherNumber().IsMatch(text.AsSpan(Math.Max(0, start - LookedAt), Math.Min(start, LookedAt)));

    [GeneratedRegex(
        @"(?:订单|单号|编号|快递|运单|流水|序列|型号|版本|货号|条码|工单|票号|发票|案号|批号|学号|工号|卡券|优惠码|验证码|\border|\binvoice|\bticket|\btracking|\bserial|\bversion|\bisbn|\bissn|\bdoi|\bpmid|\bpatent|\bsku|\bupc|\bref(?:erence)?|\bcase|\bmodel|\bpart|\bno\.?|\bid|\bv)[\s:：#号码为是（(number.]*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex OtherNumber();
}
