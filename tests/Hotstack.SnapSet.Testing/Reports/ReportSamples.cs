using System.Globalization;

namespace Hotstack.Reports;

/// <summary>Contents of reports.</summary>
public static class ReportSamples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    public static ReportContent Empty => new() { Now = Now, Source = "SnapSets of cloud lab" };

    public static ReportedSet Set(string id, double createdDaysAgo = 1, double? unattended = 15, double? assisted = 300) => new()
    {
        Id = id,
        StackName = "hs-multi",
        Scenario = "multi",
        ClusterVersion = "4.18.9",
        CreatedAt = Now.AddDays(-createdDaysAgo),
        UnattendedUntil = unattended is { } alone ? Now.AddDays(alone) : null,
        AssistedUntil = assisted is { } helped ? Now.AddDays(helped) : null,
        State = "Complete",
        Members = [new("controller", 1 << 30), new("master0", 3L << 30)],
    };

    /// <summary>A set of each kind of window.</summary>
    public static ReportContent OfEachWindow => Empty with
    {
        Sets =
        [
            Set("young001"), Set("assist01", 40, -10, 200), Set("expired1", 400, -300, -20), Set("undated1", 5, null,
                null) with { State = "Unverified" },
        ],
    };

    /// <summary>Checks that passed or were skipped.</summary>
    public static IReadOnlyList<ReportedFinding> WithoutProblem =>
    [
        new("hs-lab", "Passed", "Nodes", "", "all are ready"), new("hs-lab", "Skipped", "Clock", "", "it was not compared"),
        new("hs-lab", "Passed", "Routes", "", "all answer"),
    ];

    /// <summary>A run that recorded no step.</summary>
    public static ReportedRun WithoutSteps => new("Restore of hs-lab", "It is restored.", TimeSpan.FromMinutes(12), []);

    /// <summary>All that a report shows.</summary>
    public static ReportContent OfEachKind => OfEachWindow with
    {
        Runs =
        [
            new("Revival of hs-lab", "All its services work.", TimeSpan.FromMinutes(20),
            [
                new(Now, "Servers", "6 servers run", TimeSpan.FromMinutes(5)), new(Now.AddMinutes(5), "Nodes", "5 nodes are ready",
                    TimeSpan.FromMinutes(15)),
            ]),
            new("Shutdown of hs-lab", "6 servers of the deployment are off.", TimeSpan.FromMinutes(4),
            [
                new(Now.AddHours(-1), "Cordon", "cordoned 5 nodes", TimeSpan.FromMinutes(1)),
                new(Now.AddMinutes(-59), "Masters", "master0 off, by themselves", TimeSpan.FromMinutes(3)),
            ]),
        ],
        Clusters =
        [
            new()
            {
                Name = "hs-lab", Version = "4.18.9", State = "NotYet", Summary = ["It must not be shut down yet."], SeenAt = Now,
                UnattendedUntil = Now.AddDays(15), AssistedUntil = Now.AddDays(300),
                Certificates =
                [
                    new("openshift-kube-controller-manager-operator/csr-signer", null, Now.AddHours(3),
                        "made anew when the cluster starts"),
                    new("kubelet master0, Client", null, Now.AddDays(-1), ""), new("openshift-etcd/etcd-signer", null, Now.AddDays(900),
                        ""),
                ],
            },
        ],
        Findings =
        [
            new("hs-lab", "Passed", "Nodes", "", "all are ready"), new("hs-lab", "Failed", "Operators", "dns", "it is degraded"),
            new("young001", "Warning", "Revivable", "", "it revives by itself for less than a month"),
        ],
    };

    /// <summary>Texts of <see cref="OfEachKind"/> that a reader looks for.</summary>
    public static IReadOnlyList<string> WhatMustBeSeen =>
    [
        "Hotstack report", "2026-11-30 12:00Z", "young001", "expired1", "undated1", "hs-multi", "today 2026-11-30", "Complete",
        "Unverified",
        "unattended until 2026-12-15 12:00Z", "assisted: expired 2026-11-10 12:00Z", "not recorded", "master0 3.0 GiB, controller 1.0 GiB",
        "Revival of hs-lab", "Nodes 15 min, 75 %", "6 servers run", "Shutdown of hs-lab", "Masters 3 min, 75 %", "cordoned 5 nodes", "NotYet", "csr-signer", "3 h left", "made anew when the cluster starts",
        "Failed", "dns: it is degraded", "Warning",
    ];

    /// <summary>One object of each kind, with this text wherever a text of others may be.</summary>
    public static ReportContent Everywhere(string text) => new()
    {
        Now = Now,
        Source = text,
        Sets =
        [
            Set(text) with
            {
                StackName = text, Scenario = text, State = text, Labels = text, ClusterVersion = text, Problems = [text, text],
                Members = [new(text, 7), new(text, 0)],
            },
        ],
        Runs = [new(text, text, TimeSpan.FromMinutes(10), [new(Now, text, text, TimeSpan.FromMinutes(4))])],
        Clusters =
        [
            new()
            {
                Name = text, Version = text, State = text, Summary = [text], SeenAt = Now,
                Certificates = [new(text, null, Now.AddDays(3), text), new(text, null, null, text)],
            },
        ],
        Findings = [new(text, text, text, text, text), new(text, "Failed", text, text, text), new(text, "Passed", text, text, text)],
    };

    /// <summary>Many sets of some stacks, with windows from long ago to far ahead.</summary>
    public static ReportContent Many(int count, int stacks, string ofStack = "hs-") => Empty with
    {
        Sets =
        [
            .. Enumerable.Range(0, count).Select(i => Set(
                i.ToString("x8", CultureInfo.InvariantCulture), i % 700, i % 11 == 0 ? null : (i % 500) - 60,
                    i % 11 == 0 ? null : (i % 900) - 40) with
            {
                StackName = i % 7 == 0 ? null : $"{ofStack}{i % stacks}",
                Members = [.. Enumerable.Range(0, 6).Select(member => new ReportedMember($"master{member}", (i + 1L) << 20))],
            }),
        ],
    };
}
