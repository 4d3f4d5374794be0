namespace Hotstack.Reports;

/// <summary>The sets on the page: how many, their windows, what they are, and their sizes. Many are shown in groups.</summary>
internal static class HtmlSets
{
    private static readonly string[] Columns = ["Set", "Stack", "Scenario", "Created", "Revivable", "Size", "State"];
    private static readonly string[] GroupColumns =
        ["Stack", "Scenario", "Sets", "Unattended", "Assisted", "Expired", "Not recorded", "Size"];

    public static void Write(Markup page, ReportContent content)
    {
        if (content.Sets.Count == 0)
        {
            return;
        }

        Numbers(page, content);
        if (content.Sets.Count > SetGroup.Threshold)
        {
            Groups(page, content);
            return;
        }

        IReadOnlyList<ReportedSet> sets = content.NewestFirst();
        Windows(page, sets, content.Now, "windows", "Until when the sets can be revived");
        List(page.Section("sets", "SnapSets"), sets, content.Now).End();
        Sizes(page, sets);
    }

    private static void Numbers(Markup page, ReportContent content)
    {
        page.Begin("section", ("id", "numbers")).Element("h2", "At a glance").Begin("dl", ("class", "numbers"));
        Number(page, $"{content.Sets.Count}", content.Sets.Count == 1 ? "SnapSet" : "SnapSets");
        Number(page, ByteText.Of(content.Sets.Total(set => set.Size)), "in Glance");
        foreach (WindowState state in ReportText.States)
        {
            Number(page, $"{content.Sets.Count(set => set.WindowAt(content.Now) == state)}", ReportText.Of(state));
        }

        Number(page, $"{content.Sets.Count(IsIncomplete)}", "incomplete");
        page.End().End();
    }

    private static bool IsIncomplete(ReportedSet set) => set.State == SnapSets.SnapSetState.Incomplete;

    private static void Number(Markup page, string number, string what) =>
        page.Begin("div").Element("dt", what).Element("dd", number).End();

    private static void Windows(Markup page, IReadOnlyList<ReportedSet> sets, DateTimeOffset now, string id, string heading)
    {
        TimeAxis axis = TimeAxis.Of(now, sets.SelectMany(set => new[] { set.CreatedAt, set.UnattendedUntil, set.AssistedUntil }));
        page.Section(id, heading);
        Legend(page);
        page.Begin("div", ("class", "chart"));
        page.Begin("div", ("class", "row scalerow")).Element("span", "").Begin("div");
        Chart.Scale(page, axis, now);
        page.End().End();
        foreach (ReportedSet set in sets)
        {
            string window = ReportText.Window(set.UnattendedUntil, set.AssistedUntil, now);
            page.Row(set.Id, set.StackName);
            Chart.Bar(
                page, $"{set.Id}: {window}",
                ReportText.Parts(axis, set.CreatedAt ?? axis.From, set.UnattendedUntil, set.AssistedUntil, now), axis.At(now));
            page.Element("p", window, ("class", "muted")).End().End();
        }

        page.End().End();
    }

    private static void Legend(Markup page)
    {
        page.Begin("ul", ("class", "legend"));
        foreach ((string kind, string text) in new[]
        {
            ("unattended", "unattended: revives by itself"), ("assisted", "assisted: revives with approvals of signing requests"),
            ("expired", "expired: certificates that nothing renews have ended"),
        })
        {
            page.Begin("li").Begin("svg", ("width", "28"), ("height", "14"), ("aria-hidden", "true"))
                .Single("rect", ("class", kind), ("x", "1"), ("y", "1"), ("width", "26"), ("height", "12")).End().Space().Text(text).End();
        }

        page.End();
    }

    private static Markup List(Markup page, IEnumerable<ReportedSet> sets, DateTimeOffset now)
    {
        page.Table(Columns);
        foreach (ReportedSet set in sets)
        {
            page.Begin("tr").Begin("td", ("data-label", Columns[0]), ("class", "key")).Element("b", set.Id)
                .Remark(set.Labels.Length > 0 ? set.Labels : null).End()
                .Cell(Columns[1], set.StackName)
                .Cell(Columns[2], set.Scenario)
                .Cell(Columns[3], ReportText.Of(set.CreatedAt))
                .Begin("td", ("data-label", Columns[4])).Element("span", ReportText.Of(set.WindowAt(now)), ("class", "part"))
                .Remark(set.UnattendedUntil is null && set.AssistedUntil is null ? null
                    : $"{ReportText.Day(set.UnattendedUntil)} / {ReportText.Day(set.AssistedUntil)}").End()
                .Cell(Columns[5], ByteText.Of(set.Size), "number")
                .Begin("td", ("data-label", Columns[6])).Begin("div").Word(set.State)
                .Remark(set.Problems.Count > 0 ? string.Join(" ", set.Problems.Take(ReportText.MaxProblems)) : null).End().End()
                .End();
        }

        return page.End().End();
    }

    private static void Sizes(Markup page, IReadOnlyList<ReportedSet> sets)
    {
        long largest = Math.Max(1, sets.Max(set => set.Size));
        page.Section("sizes", "Sizes by member").Begin("div", ("class", "chart"));
        foreach (ReportedSet set in sets.OrderByDescending(set => set.Size))
        {
            ReportedMember[] members = [.. set.Members.OrderByDescending(member => member.Size)];
            string text = NameList.Short([.. members.Select(member => $"{member.Name} {ByteText.Of(member.Size)}")]);
            page.Row(set.Id, ByteText.Of(set.Size));
            Chart.Bar(page, $"{set.Id}: {text}", Stack(members, largest));
            page.Element("p", text.Length > 0 ? text : "no member", ("class", "muted")).End().End();
        }

        page.End().End();
    }

    /// <summary>Parts side by side, with a gap between them.</summary>
    private static IEnumerable<Chart.Part> Stack(IEnumerable<ReportedMember> members, long largest)
    {
        double from = 0;
        foreach (ReportedMember member in members.Where(member => member.Size > 0).Take(50))
        {
            double to = from + (100.0 * member.Size / largest);
            yield return new(from, to, "size");
            from = to;
        }
    }

    private static void Groups(Markup page, ReportContent content)
    {
        IReadOnlyList<(string Label, int Count)> months = SetGroup.ByMonth(content.Sets, content.Now);
        int most = months.Max(month => month.Count);
        page.Section("months", "When sets can no longer revive by themselves").Begin("div", ("class", "chart"));
        foreach ((string label, int count) in months)
        {
            page.Row(label, CountText.Of(count, "set"));
            Chart.Bar(page, $"{label}: {count}", [new(0, 100.0 * count / most, "size")]);
            page.End().End();
        }

        page.End().End();
        IReadOnlyList<ReportedSet> next = ReportText.NextOf(content);
        if (next.Count > 0)
        {
            Windows(page, next, content.Now, "windows", $"The next {next.Count} that can no longer revive by themselves");
        }

        page.Section("groups", "SnapSets by stack").Table(GroupColumns);
        foreach (SetGroup group in SetGroup.Of(content.Sets))
        {
            page.Begin("tr").Cell(GroupColumns[0], group.OtherStacks > 0 ? $"{group.OtherStacks} others" : group.StackName, "key")
                .Cell(GroupColumns[1], group.Scenario).Cell(GroupColumns[2], $"{group.Sets.Count}", "number");
            for (int i = 0; i < ReportText.States.Length; i++)
            {
                page.Cell(GroupColumns[3 + i], $"{group.Count(ReportText.States[i], content.Now)}", "number");
            }

            page.Cell(GroupColumns[7], ByteText.Of(group.Size), "number").End();
        }

        page.End().End().End();
    }
}
