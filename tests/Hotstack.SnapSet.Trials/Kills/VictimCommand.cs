using System.Globalization;
using System.Text.Json;
using Hotstack.Http;
using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Kills;

/// <summary>The process that is killed: does one workflow, by a clock that it tells to whoever started it.</summary>
internal static class VictimCommand
{
    public static async Task<int> RunAsync()
    {
        VictimOrders orders = JsonSerializer.Deserialize<VictimOrders>(Console.In.ReadLine()!)!;
        var clock = new ManualClock(orders.Now) { AutoAdvance = true };
        var teller = new ClockTeller(clock, Console.In, Console.Out);
        // Also while nothing is asked, for what only listens.
        using var timer = new Timer(_ => teller.Tell(), null, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(5));
        using var session = new Session(
            new Place(orders.CloudsYaml, orders.Kubeconfig, orders.Route, orders.Folder, clock, orders.Notes),
                new Interceptor(inner => new TellingHandler(inner, teller)));
        Attempt attempt = await Attempt.RunAsync(Workflow.All.Single(w => w.Name == orders.Workflow), session, CancellationToken.None);
        teller.Say(attempt.Failure is { } failure ? $"failed: {failure.Message.ReplaceLineEndings(" ")}" : "done");
        return 0;
    }

    /// <summary>Before each call the cloud's clock is where ours is.</summary>
    private sealed class TellingHandler(HttpMessageHandler inner, ClockTeller teller) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            teller.Tell();
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class ClockTeller(ManualClock clock, TextReader answers, TextWriter words)
    {
        private readonly Lock _gate = new();
        private DateTimeOffset _told;

        public void Tell()
        {
            lock (_gate)
            {
                DateTimeOffset now = clock.GetUtcNow();
                if (now > _told)
                {
                    _told = now;
                    words.WriteLine(string.Create(CultureInfo.InvariantCulture, $"T {now.UtcTicks}"));
                    words.Flush();
                    answers.ReadLine();
                }
            }
        }

        public void Say(string end)
        {
            lock (_gate)
            {
                words.WriteLine(end);
                words.Flush();
            }
        }
    }
}
