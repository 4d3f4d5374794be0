using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox;

/// <summary>The faults to come.</summary>
public sealed class FaultPlan
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private readonly List<(Fault Fault, DateTimeOffset Since)> _lags = [];

    /// <summary>The faults and how many calls each has hit.</summary>
    public IReadOnlyList<(Fault Fault, int Hits)> Faults
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.Select(e => (e.Fault, e.Hits))];
            }
        }
    }

    /// <summary>Adds a fault; its count starts now.</summary>
    public void Add(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        lock (_gate)
        {
            _entries.Add(new Entry(fault));
        }
    }

    /// <summary>Adds the faults of a JSON text: one object, or an array of them.</summary>
    /// <exception cref="JsonException">The text is no such thing.</exception>
    public void AddJson(string json)
    {
        var text = json.AsSpan().TrimStart();
        Fault[] faults = text.StartsWith("[", StringComparison.Ordinal)
            ? JsonSerializer.Deserialize<Fault[]>(json, Json) ?? []
            : [JsonSerializer.Deserialize<Fault>(json, Json) ?? throw new JsonException("a fault is an object")];
        Array.ForEach(faults, Add);
    }

    /// <summary>Forgets all faults.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
            _lags.Clear();
        }
    }

    /// <summary>What is made from now on lags.</summary>
    internal void BeginLag(Fault fault, DateTimeOffset now)
    {
        lock (_gate)
        {
            _lags.Add((fault, now));
        }
    }

    /// <summary>Whether a read misses what was made at this time.</summary>
    internal bool Misses(DateTimeOffset madeAt, DateTimeOffset now, bool isList)
    {
        lock (_gate)
        {
            return _lags.Exists(lag =>
                madeAt >= lag.Since && now < madeAt + lag.Fault.Delay && (isList || lag.Fault.Kind == FaultKind.Lag));
        }
    }

    /// <summary>The fault that hits this call, if any. Counts the call for every fault it matches.</summary>
    internal Fault? Take(ApiCall call) => Take(entry => !entry.Fault.IsBehindApi && entry.Matches(call));

    /// <summary>The fault that hits the snapshot of this server, if any.</summary>
    internal Fault? TakeSnapshot(Server server) =>
        Take(entry => entry.Fault.IsOfSnapshots && Hits(entry, server));

    /// <summary>The fault that hits a snapshot of a volume of this server, if any.</summary>
    internal Fault? TakeVolumeSnapshot(Server? server) =>
        Take(entry => entry.Fault.IsOfVolumeSnapshots && Hits(entry, server));

    /// <summary>The fault that hits the building of this server, if any.</summary>
    internal Fault? TakeServer(Server server) =>
        Take(entry => entry.Fault.Kind == FaultKind.NoValidHost && Hits(entry, server));

    private static bool Hits(Entry entry, Server? server) => entry.Fault.Server is not { } name || server?.Is(name) == true;

    private Fault? Take(Func<Entry, bool> matches)
    {
        lock (_gate)
        {
            Fault? taken = null;
            foreach (var entry in _entries.Where(matches))
            {
                if (entry.Count() && taken is null)
                {
                    entry.Hits++;
                    taken = entry.Fault;
                }
            }

            return taken;
        }
    }

    private sealed class Entry(Fault fault)
    {
        private readonly Regex? _path = fault.Path is null ? null : new Regex(fault.Path, RegexOptions.CultureInvariant);
        private int _seen;

        public Fault Fault { get; } = fault;

        public int Hits { get; set; }

        public bool Matches(ApiCall call) =>
            (Fault.Service is null || Fault.Service == call.Service)
            && (Fault.Method is null || Fault.Method.Equals(call.Method, StringComparison.OrdinalIgnoreCase))
            && (_path is null || _path.IsMatch(call.Path))
            && (Fault.Action is null || call.HasBodyKey(Fault.Action));

        /// <summary>Counts one more match; true if it is to be hit. One that another fault takes does not use this one up.</summary>
        public bool Count()
        {
            _seen++;
            return _seen >= Fault.Nth && (Fault.Times == 0 || Hits < Fault.Times);
        }
    }
}
