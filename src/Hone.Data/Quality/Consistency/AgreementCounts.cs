using System.Globalization;
using System.Runtime.InteropServices;

namespace Hone.Data.Quality.Consistency;

/// <summary>What the values of annotators mean to each other.</summary>
enum Measurement
{
    /// <summary>Names: different or not.</summary>
    Nominal,

    /// <summary>Ranks: farther apart by how many values lie between.</summary>
    Ordinal,

    /// <summary>Numbers: farther apart by the square of their difference.</summary>
    Interval,
}

/// <summary>
/// How far annotators agree beyond chance. Counts unit by unit and keeps no unit: Cohen's kappa for two annotators (Cohen 1960), Fleiss' kappa over the units that all of them judged (Fleiss 1971),
/// Krippendorff's alpha with missing values (Krippendorff 2011, "Computing Krippendorff's alpha-reliability"). 1 is perfect, 0 is chance; null where it is not defined.
/// </summary>
sealed class AgreementCounts(int annotators)
{
    readonly Dictionary<string, int> _values = new(StringComparer.Ordinal);

    // How often one annotator said a value where another said another one, for each pair of annotators.
    readonly Dictionary<(int First, int Second, int Value, int Other), int> _pairs = [];

    // The coincidences of Krippendorff: each pair of values of a unit counts 1 / (values of the unit − 1).
    readonly Dictionary<(int, int), double> _coincidences = [];

    readonly Dictionary<int, int> _completeTotals = [];
    double _completeAgreement;

    /// <summary>Units that at least two annotators judged.</summary>
    public int Units { get; private set; }

    /// <summary>Units that all annotators judged.</summary>
    public int CompleteUnits { get; private set; }

    public int Values => _values.Count;

    /// <summary>Whether every value is a number, so that ranks and differences mean something.</summary>
    public bool AreNumbers => _values.Keys.All(value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number));

    /// <param name="unit">What each annotator said; null where one said nothing.</param>
    public void Add(IReadOnlyList<string?> unit)
    {
        int[] said = [.. unit.Select(value => value is null ? -1 : IdOf(value))];
        int count = said.Count(value => value >= 0);
        if (count < 2)
            return;
        Units++;
        for (int i = 0; i < said.Length; i++)
            for (int j = 0; j < said.Length; j++)
                if (i != j && said[i] >= 0 && said[j] >= 0)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(_coincidences, (said[i], said[j]), out _) += 1.0 / (count - 1);
                    if (i < j)
                        CollectionsMarshal.GetValueRefOrAddDefault(_pairs, (i, j, said[i], said[j]), out _)++;
                }
        if (count == annotators)
            AddComplete(said);
    }

    /// <summary>κ = (p − e) / (1 − e): p the share of units where both say the same, e what chance would give.</summary>
    public double? CohenKappa(int first, int second)
    {
        (int Value, int Other, int Count)[] cells = [.. _pairs.Where(pair => (pair.Key.First, pair.Key.Second) == (first, second)).Select(pair => (pair.Key.Value, pair.Key.Other, pair.Value))];
        double all = cells.Sum(cell => cell.Count);
        double same = cells.Where(cell => cell.Value == cell.Other).Sum(cell => cell.Count) / all;
        double chance = Enumerable.Range(0, _values.Count).Sum(value => cells.Where(cell => cell.Value == value).Sum(cell => cell.Count) / all * cells.Where(cell => cell.Other == value).Sum(cell => cell.Count) / all);
        return BeyondChance(same, chance);
    }

    /// <summary>κ = (P − E) / (1 − E): P the mean share of agreeing pairs of a unit, E = Σ (share of a value)².</summary>
    public double? FleissKappa()
    {
        double all = _completeTotals.Values.Sum();
        return BeyondChance(_completeAgreement / CompleteUnits, _completeTotals.Values.Sum(count => count / all * (count / all)));
    }

    /// <summary>α = 1 − observed / expected disagreement.</summary>
    public double? KrippendorffAlpha(Measurement measurement)
    {
        var totals = new double[_values.Count];
        foreach (((int value, _), double count) in _coincidences)
            totals[value] += count;
        double all = totals.Sum();
        Func<int, int, double> distance = Distance(measurement, totals);
        double observed = _coincidences.Sum(cell => cell.Value * distance(cell.Key.Item1, cell.Key.Item2));
        double expected = Enumerable.Range(0, totals.Length).Sum(value => Enumerable.Range(0, totals.Length).Sum(other => totals[value] * totals[other] * distance(value, other)));
        return expected == 0 ? null : 1 - ((all - 1) * observed / expected);
    }

    static double? BeyondChance(double same, double chance) => double.IsNaN(same) || chance >= 1 ? null : (same - chance) / (1 - chance);

    /// <summary>δ²: 0 for the same value, for others as the measurement says.</summary>
    Func<int, int, double> Distance(Measurement measurement, double[] totals)
    {
        if (measurement == Measurement.Nominal)
            return (one, other) => one == other ? 0 : 1;

        var numbers = new double[_values.Count];
        foreach ((string value, int id) in _values)
            numbers[id] = double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (measurement == Measurement.Interval)
            return (one, other) => Math.Pow(numbers[one] - numbers[other], 2);
        return (one, other) =>
        {
            (double low, double high) = (Math.Min(numbers[one], numbers[other]), Math.Max(numbers[one], numbers[other]));
            double between = Enumerable.Range(0, numbers.Length).Where(id => numbers[id] >= low && numbers[id] <= high).Sum(id => totals[id]);
            return one == other ? 0 : Math.Pow(between - ((totals[one] + totals[other]) / 2), 2);
        };
    }

    void AddComplete(int[] said)
    {
        CompleteUnits++;
        int agreeing = 0;
        foreach (IGrouping<int, int> same in said.GroupBy(value => value))
        {
            agreeing += same.Count() * (same.Count() - 1);
            CollectionsMarshal.GetValueRefOrAddDefault(_completeTotals, same.Key, out _) += same.Count();
        }
        _completeAgreement += (double)agreeing / (annotators * (annotators - 1));
    }

    int IdOf(string value)
    {
        ref int id = ref CollectionsMarshal.GetValueRefOrAddDefault(_values, value, out bool exists);
        if (!exists)
            id = _values.Count - 1;
        return id;
    }
}
