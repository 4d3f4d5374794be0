namespace Hotstack.Reports;

/// <summary>Clusters on the page, with their certificates by date.</summary>
internal static class HtmlClusters
{
    public static void Write(Markup page, ReportContent content)
    {
        if (content.Clusters.Count == 0)
        {
            return;
        }

        page.Section("clusters", "Clusters and their certificates");
        foreach (ReportedCluster cluster in content.Clusters.Take(ReportText.MaxClusters))
        {
            Cluster(page, cluster, content.Now);
        }

        page.Remark(ReportText.LeftOut(content.Clusters.Count, ReportText.MaxClusters, "cluster")).End();
    }

    private static void Cluster(Markup page, ReportedCluster cluster, DateTimeOffset now)
    {
        page.Begin("article").Element("h3", cluster.Name).Begin("p").Word(cluster.State)
            .Space().Text($"{(cluster.Version is { } version ? $"OpenShift {version}, " : "")}seen {ReportText.Of(cluster.SeenAt)}").End();
        foreach (string sentence in cluster.Summary.Take(5))
        {
            page.Element("p", sentence);
        }

        if (cluster.Summary.Count == 0)
        {
            page.Element("p", $"Revivable: {ReportText.Window(cluster.UnattendedUntil, cluster.AssistedUntil, now)}.");
        }

        IReadOnlyList<ReportedCertificate> certificates = cluster.FirstToEnd();
        if (certificates.Count > 0)
        {
            Certificates(page, [.. certificates.Take(ReportText.MaxCertificates)], now);
        }

        page.Remark(ReportText.LeftOut(certificates.Count, ReportText.MaxCertificates, "certificate") is { } left
            ? $"{left} They end last." : null).End();
    }

    private static void Certificates(Markup page, IReadOnlyList<ReportedCertificate> certificates, DateTimeOffset now)
    {
        TimeAxis axis = TimeAxis.Of(now, certificates.Select(one => one.NotAfter));
        page.Begin("div", ("class", "chart")).Begin("div", ("class", "row thin scalerow")).Element("span", "").Begin("div");
        Chart.Scale(page, axis, now);
        page.End().End();
        foreach (ReportedCertificate one in certificates)
        {
            string left = TimeText.Left(one.NotAfter, now) ?? "date not known";
            string text = one.NotAfter is { } end ? $"until {TimeText.Of(end)}, {(end < now ? left : $"{left} left")}" : left;
            page.Begin("div", ("class", "row thin")).Element("div", one.Name, ("class", "name")).Begin("div");
            Chart.Bar(page, $"{one.Name}: {text}", Span(axis, one, now), axis.At(now));
            page.Element("p", one.Note.Length > 0 ? $"{text}; {one.Note}" : text, ("class", "muted")).End().End();
        }

        page.End();
    }

    private static Chart.Part[] Span(TimeAxis axis, ReportedCertificate one, DateTimeOffset now) => one.NotAfter is not { } end ? []
        : end < now ? [new(axis.At(end), axis.At(now), "expired")]
        : [new(axis.At(now), axis.At(end), "unattended")];
}
