using System.Text.Json;
using Hone.Data.Quality.Consistency;
using Hone.Engine.Tests;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Consistency;

public sealed class AgreementCountsTests
{
    /// <summary>Krippendorff 2011, example C: four observers, twelve units, missing values, five values.</summary>
    static readonly string[] FourObservers = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."];

    /// <summary>Fleiss 1971, table 1: thirty patients, six psychiatrists each: depression, personality disorder, schizophrenia, neurosis, other.</summary>
    static readonly string[] Psychiatrists =
    [
        "00060", "03003", "01401", "00006", "03030", "20400", "00402", "20310", "20040", "00006", "10050", "11040", "03300", "10050", "02031",
        "00501", "30012", "51000", "02040", "10203", "00006", "01050", "02013", "20040", "10041", "05010", "40002", "02040", "10500", "00006",
    ];

    [Fact]
    public void Alpha_is_that_of_Krippendorffs_example_with_missing_values()
    {
        AgreementCounts counts = new(4);
        for (int unit = 0; unit < 12; unit++)
            counts.Add([.. FourObservers.Select(observer => observer[unit] == '.' ? null : observer[unit].ToString())]);

        counts.Units.ShouldBe(11);
        counts.AreNumbers.ShouldBeTrue();
        counts.KrippendorffAlpha(Measurement.Nominal)!.Value.ShouldBe(0.743, 0.0005);
        counts.KrippendorffAlpha(Measurement.Ordinal)!.Value.ShouldBe(0.815, 0.0005);
        counts.KrippendorffAlpha(Measurement.Interval)!.Value.ShouldBe(0.849, 0.0005);
    }

    [Fact]
    public void Fleiss_kappa_is_that_of_the_psychiatric_diagnoses()
    {
        AgreementCounts counts = new(6);
        foreach (string patient in Psychiatrists)
            counts.Add([.. patient.SelectMany((count, diagnosis) => Enumerable.Repeat($"diagnosis {diagnosis}", count - '0'))]);

        counts.CompleteUnits.ShouldBe(30);
        counts.FleissKappa()!.Value.ShouldBe(0.430, 0.0005);
        counts.AreNumbers.ShouldBeFalse();
    }

    [Fact]
    public void Cohens_kappa_is_that_of_two_readers_of_fifty_proposals()
    {
        AgreementCounts counts = new(2);
        Add(counts, 20, "yes", "yes");
        Add(counts, 5, "yes", "no");
        Add(counts, 10, "no", "yes");
        Add(counts, 15, "no", "no");

        // (0.7 − 0.5) / (1 − 0.5)
        counts.CohenKappa(0, 1)!.Value.ShouldBe(0.4, 1e-12);
    }

    [Fact, Trait("Kind", "Parity")]
    public void Cohens_kappa_is_that_of_the_reference_classifications()
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(ParityFolder.Require("metrics"), "classification.json")));

        foreach (JsonElement reference in cases.RootElement.EnumerateArray())
        {
            AgreementCounts counts = new(2);
            foreach ((JsonElement truth, JsonElement predicted) in reference.GetProperty("truth").EnumerateArray().Zip(reference.GetProperty("predicted").EnumerateArray()))
                counts.Add([truth.GetRawText(), predicted.GetRawText()]);
            counts.CohenKappa(0, 1)!.Value.ShouldBe(reference.GetProperty("kappa").GetDouble(), 1e-9);
        }
    }

    [Fact]
    public void Perfect_agreement_is_one_and_a_single_value_is_not_defined()
    {
        AgreementCounts perfect = new(2);
        Add(perfect, 3, "a", "a");
        Add(perfect, 2, "b", "b");
        AgreementCounts single = new(2);
        Add(single, 5, "a", "a");

        perfect.CohenKappa(0, 1)!.Value.ShouldBe(1, 1e-12);
        perfect.FleissKappa()!.Value.ShouldBe(1, 1e-12);
        perfect.KrippendorffAlpha(Measurement.Nominal)!.Value.ShouldBe(1, 1e-12);
        single.CohenKappa(0, 1).ShouldBeNull();
        single.FleissKappa().ShouldBeNull();
        single.KrippendorffAlpha(Measurement.Nominal).ShouldBeNull();
    }

    [Fact]
    public void Units_that_one_annotator_judged_do_not_count()
    {
        AgreementCounts counts = new(3);
        counts.Add(["a", null, null]);
        counts.Add([null, null, null]);

        counts.Units.ShouldBe(0);
        counts.FleissKappa().ShouldBeNull();
        counts.CohenKappa(0, 2).ShouldBeNull();
    }

    static void Add(AgreementCounts counts, int times, string first, string second)
    {
        for (int i = 0; i < times; i++)
            counts.Add([first, second]);
    }
}
