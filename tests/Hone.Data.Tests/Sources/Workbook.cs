using System.IO.Compression;
using System.Security;
using System.Text;

namespace Hone.Data.Tests.Sources;

/// <summary>The bytes of a small .xlsx file, written by hand: sheets of text cells, and of numbers where a cell begins with #.</summary>
static class Workbook
{
    const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const string Package = "http://schemas.openxmlformats.org/package/2006";

    public static byte[] Of(params (string Name, string[][] Rows)[] sheets)
    {
        using MemoryStream bytes = new();
        using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            int[] numbers = [.. Enumerable.Range(1, sheets.Length)];
            Add(zip, "[Content_Types].xml", $"""<Types xmlns="{Package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>""");
            Add(zip, "_rels/.rels", $"""<Relationships xmlns="{Package}/relationships"><Relationship Id="rId1" Type="{Relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
            string list = string.Concat(numbers.Select(i => $"""<sheet name="{sheets[i - 1].Name}" sheetId="{i}" r:id="rId{i}"/>"""));
            Add(zip, "xl/workbook.xml", $"""<workbook xmlns="{Main}" xmlns:r="{Relations}"><sheets>{list}</sheets></workbook>""");
            string targets = string.Concat(numbers.Select(i => $"""<Relationship Id="rId{i}" Type="{Relations}/worksheet" Target="worksheets/sheet{i}.xml"/>"""));
            Add(zip, "xl/_rels/workbook.xml.rels", $"""<Relationships xmlns="{Package}/relationships">{targets}</Relationships>""");
            foreach (int i in numbers)
                Add(zip, $"xl/worksheets/sheet{i}.xml", $"""<worksheet xmlns="{Main}"><sheetData>{string.Concat(sheets[i - 1].Rows.Select(Row))}</sheetData></worksheet>""");
        }
        return bytes.ToArray();
    }

    static string Row(string[] cells, int index) => $"<row r=\"{index + 1}\">{string.Concat(cells.Select((cell, column) => Cell(cell, $"{(char)('A' + column)}{index + 1}")))}</row>";

    static string Cell(string text, string place) =>
        text switch
        {
            "" => "",
            ['#', .. var number] => $"<c r=\"{place}\"><v>{number}</v></c>",
            _ => $"<c r=\"{place}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{SecurityElement.Escape(text)}</t></is></c>",
        };

    static void Add(ZipArchive zip, string name, string text)
    {
        using Stream entry = zip.CreateEntry(name).Open();
        entry.Write(Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>" + text));
    }
}
