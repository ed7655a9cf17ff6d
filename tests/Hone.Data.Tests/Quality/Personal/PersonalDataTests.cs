using Hone.Data.Quality.Personal;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Personal;

/// <summary>What is personal, and what only looks like it. All numbers are made up to fit their check digits.</summary>
public sealed class PersonalDataTests
{
    const string Jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P";

    [Fact]
    public void What_is_found_stands_in_the_order_of_the_text_whatever_its_kind()
    {
        string text = string.Concat(Enumerable.Repeat("jo@acme.com, 13812345678; al@acme.com, 95.217.163.246, 536-22-8145. ", 100));

        PersonalData.Find(text).Select(match => match.Kind.Tag).ShouldBe(Enumerable.Repeat((string[])["EMAIL", "PHONE", "EMAIL", "IP", "SSN"], 100).SelectMany(tags => tags));
    }

    [Theory]
    [InlineData("Write to jo.doe+news@mail.acme.co.uk today", "jo.doe+news@mail.acme.co.uk", "EMAIL")]
    [InlineData("邮箱是wang_li88@qq.com，谢谢", "wang_li88@qq.com", "EMAIL")]
    [InlineData("请拨打13812345678联系我", "13812345678", "PHONE")]
    [InlineData("手机：+86 138-1234-5678。", "+86 138-1234-5678", "PHONE")]
    [InlineData("座机 010-62345678 转 8", "010-62345678", "PHONE")]
    [InlineData("（0571）87654321", "（0571）87654321", "PHONE")]
    [InlineData("Call (212) 736-5000 now", "(212) 736-5000", "PHONE")]
    [InlineData("Call 212-736-5000.", "212-736-5000", "PHONE")]
    [InlineData("Ring +44 20 7946 0958 or", "+44 20 7946 0958", "PHONE")]
    [InlineData("+4915123456789", "+4915123456789", "PHONE")]
    [InlineData("身份证号110101199003071233。", "110101199003071233", "ID_CARD")]
    [InlineData("My SSN is 536-22-8145", "536-22-8145", "SSN")]
    [InlineData("卡号 6222 0212 3456 7890 128", "6222 0212 3456 7890 128", "BANK_CARD")]
    [InlineData("卡号6217000000123456786", "6217000000123456786", "BANK_CARD")]
    [InlineData("Visa 4532-0151-1283-0366,", "4532-0151-1283-0366", "BANK_CARD")]
    [InlineData("Amex 3782 822463 10005", "3782 822463 10005", "BANK_CARD")]
    [InlineData("IBAN DE89 3704 0044 0532 0130 00 bitte", "DE89 3704 0044 0532 0130 00", "IBAN")]
    [InlineData("GB82WEST12345698765432", "GB82WEST12345698765432", "IBAN")]
    [InlineData("我住在北京市海淀区中关村大街27号3单元502室，周末在家", "北京市海淀区中关村大街27号3单元502室", "ADDRESS")]
    [InlineData("寄到浙江省杭州市西湖区文三路 478号", "浙江省杭州市西湖区文三路 478号", "ADDRESS")]
    [InlineData("She lives at 742 Evergreen Terrace, Springfield, IL 62704 now", "742 Evergreen Terrace, Springfield, IL 62704", "ADDRESS")]
    [InlineData("from 95.217.163.246 port 22", "95.217.163.246", "IP")]
    [InlineData("host 2a01:4f9:c010:2b3::1 up", "2a01:4f9:c010:2b3::1", "IP")]
    [InlineData("key=sk-proj-a8Kd72LmQ0xVb31ZtYw9", "sk-proj-a8Kd72LmQ0xVb31ZtYw9", "SECRET")]
    [InlineData("id AKIAQ3EGRB7Z2MXW5T4N", "AKIAQ3EGRB7Z2MXW5T4N", "SECRET")]
    [InlineData("token ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8", "ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8", "SECRET")]
    [InlineData("Bearer " + Jwt, Jwt, "SECRET")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----", "SECRET")]
    public void Personal_data_is_found_where_it_stands(string text, string value, string tag)
    {
        PersonalMatch match = PersonalData.Find(text).ShouldHaveSingleItem(text);

        text[match.Start..match.End].ShouldBe(value);
        match.Kind.Tag.ShouldBe(tag);
    }

    [Theory]
    [InlineData("user@example.com, a@b.test and icon@2x.png")]
    [InlineData("订单号13812345678已发货")]
    [InlineData("order 13812345678 was sent, tracking number 4532015112830366")]
    [InlineData("2023-10-01 12:30:45, 20231001123045, 1696163445, 1696163445123")]
    [InlineData("version 10.12.34.56, v95.217.163.246, section 2.3.4.5")]
    [InlineData("192.168.1.20, 10.0.0.1, 127.0.0.1, 203.0.113.7, 8.8.8.8, 999.10.20.30")]
    [InlineData("ISBN 978-7-111-54742-6, ISBN 9787111547426, ISSN 1000-1234")]
    [InlineData("110101199003071234")] // The check digit is wrong.
    [InlineData("110101199002301234")] // There is no 30th of February.
    [InlineData("4532015112830367")] // The check digit of Luhn is wrong.
    [InlineData("7777777777777777, 1234567812345670")] // No bank begins like that.
    [InlineData("DE89370400440532013001")] // Modulo 97 is not 1.
    [InlineData("GB82WEST123456987654321234")] // Too long for its country.
    [InlineData("000-12-3456, 666-12-3456, 912-34-5678, 123-00-4567")]
    [InlineData("400-820-8820, 800-555-1234, 555-0123")]
    [InlineData("3.14159265358979 and 0.13812345678")]
    [InlineData("472547338 +968113525 = 1440660863")]
    [InlineData("the 1929 Wall Street crash, 5 Star Hotel")]
    [InlineData("win a £100 High Street prize or a €50 Park Lane voucher")]
    [InlineData("第3号楼，5路公交，走这条路100米")]
    [InlineData("sk-your-api-key-goes-here-please, AKIAXXXXXXXXXXXXXXXX")]
    [InlineData("std::vector<int>::iterator, 12:30:45")]
    [InlineData("π = 3.1415926535897932384626433832795028841971")]
    [InlineData("p@ssw0rd, @handle, a@b")]
    public void What_only_looks_like_it_is_not_found(string text) => PersonalData.Find(text).Select(match => text[match.Start..match.End]).ShouldBeEmpty();

    [Fact]
    public void Several_kinds_stand_side_by_side()
    {
        const string text = "王先生13812345678，身份证110101199003071233，wang@corp.cn";

        PersonalData.Hide(text).ShouldBe("王先生[PHONE]，身份证[ID_CARD]，[EMAIL]");
    }

    [Theory]
    [InlineData(100_000, "a")]
    [InlineData(100_000, "1")]
    [InlineData(50_000, "1-")]
    [InlineData(50_000, "a@")]
    [InlineData(50_000, "市区")]
    [InlineData(50_000, ":1")]
    [InlineData(50_000, "A1 ")]
    [InlineData(50_000, "+1 ")]
    public void Hostile_texts_are_read_to_their_end(int count, string part) => PersonalData.Find(string.Concat(Enumerable.Repeat(part, count))).ShouldNotBeNull();
}
