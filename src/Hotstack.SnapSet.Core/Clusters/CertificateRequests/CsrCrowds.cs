namespace Hotstack.Clusters.CertificateRequests;

/// <summary>
/// Keeps requests that are not approved from filling the log and the report: those of unknown nodes are reported in one line, and of one node's for
/// one signer only the first few one by one. A crowd is told of again when it has doubled.
/// </summary>
internal sealed class CsrCrowds
{
    /// <summary>So many of each crowd are kept for the report.</summary>
    private const int MostKept = 10;

    /// <summary>How many of one node's are told of one by one.</summary>
    private const int MostTold = 10;

    private readonly SortedDictionary<string, Crowd> _crowds = new(StringComparer.Ordinal);

    /// <summary>Takes in a decision that is new.</summary>
    /// <returns>Whether it is one too many to be kept and told by itself.</returns>
    public bool Takes(CsrDecision decision)
    {
        bool isStrangers = decision is { Verdict: CsrVerdict.Refuse, IsStranger: true };
        if (decision.Verdict == CsrVerdict.Approve || (decision.IsStranger && !isStrangers))
        {
            return false;
        }

        string key = isStrangers ? "" : $"{decision.Node}, {decision.SignerName}";
        if (!_crowds.TryGetValue(key, out Crowd? crowd))
        {
            _crowds[key] = crowd = new Crowd();
        }

        crowd.Add(decision);
        return crowd.Count > (isStrangers ? MostKept : MostTold);
    }

    /// <summary>What is to be told now.</summary>
    public IEnumerable<string> Warnings()
    {
        foreach ((string key, Crowd crowd) in _crowds)
        {
            int few = key.Length == 0 ? 0 : MostTold;
            if (crowd.Count > few && crowd.IsDoubled)
            {
                crowd.Told();
                yield return key.Length == 0 ? Strangers(crowd) : $"{crowd.Count} certificate requests of node {key} are not approved; at most one is approved "
                    + $"in five minutes, the newest valid one. Among those not approved: {crowd.Some}.";
            }
        }
    }

    private static string Strangers(Crowd crowd) => crowd.Count == 1
        ? $"Not approved: the certificate request {AsciiText.Of(crowd.Names[0])}, which is of no known node: {crowd.Reason}."
        : $"Not approved: {crowd.Count} certificate requests that are of no known node: {crowd.Some}. "
            + $"The reason of the first: {crowd.Reason}. They block no node; 'oc get csr' shows them.";

    private sealed class Crowd
    {
        private const int MostNames = 5;

        private int _told;

        public List<string> Names { get; } = [];

        public int Count { get; private set; }

        public string Reason { get; private set; } = "";

        public bool IsDoubled => Count >= Math.Max(1, 2 * _told);

        public string Some => AsciiText.Names(Names) + (Count > Names.Count ? $" and {Count - Names.Count} more" : "");

        public void Add(CsrDecision decision)
        {
            Reason = Count == 0 ? decision.Reason : Reason;
            Count++;
            if (Names.Count < MostNames)
            {
                Names.Add(decision.Name);
            }
        }

        public void Told() => _told = Count;
    }
}
