namespace Hotstack.Reports;

/// <summary>The style of the page: light and dark as the reader's system is, narrow and wide, and for paper.</summary>
internal static class ReportStyle
{
    public const string Text = """

        :root{color-scheme:light dark;--paper:#fff;--panel:#f4f6f8;--ink:#1b1f24;--muted:#4d5660;--line:#cdd3da;
        --blue:#0b5cad;--orange:#9a4b00;--grey:#5b6570;--today:#b3261e;--good:#14683a;--bad:#a3211b;--doubt:#8a4b00}
        @media (prefers-color-scheme:dark){:root{--paper:#14171b;--panel:#1d2228;--ink:#e7eaee;--muted:#aab3bd;--line:#3a424b;
        --blue:#6db3ff;--orange:#f2ae62;--grey:#9aa4af;--today:#ff8a80;--good:#6fd39b;--bad:#ff9a92;--doubt:#f2bd6b}}
        *{box-sizing:border-box}
        body{margin:0 auto;padding:1.5rem clamp(.9rem,3vw,2.5rem) 3rem;max-width:76rem;background:var(--paper);color:var(--ink);
        font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:anywhere}
        .patterns{position:absolute}
        header{border-bottom:2px solid var(--ink);padding-bottom:.6rem;margin-bottom:1.5rem}
        h1{font-size:1.75rem;line-height:1.2;margin:0}
        h2{font-size:1.25rem;line-height:1.3;margin:2.4rem 0 .8rem}
        h3{font-size:1.05rem;margin:1.6rem 0 .3rem}
        p{margin:.2rem 0}
        .muted{color:var(--muted);font-size:.875rem}
        #numbers h2{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        .numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.6rem;margin:0}
        .numbers div{background:var(--panel);border-radius:.5rem;padding:.7rem .8rem;display:flex;flex-direction:column-reverse}
        .numbers dt{color:var(--muted);font-size:.875rem}
        .numbers dd{margin:0;font-size:1.2rem;font-weight:600;font-variant-numeric:tabular-nums}
        .nothing{background:var(--panel);border-radius:.5rem;padding:1.2rem}
        .legend{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;margin:0 0 .6rem;padding:0;font-size:.875rem}
        .legend{color:var(--muted)}
        .legend svg{vertical-align:-2px}
        .chart{display:grid;gap:.55rem}
        .row{display:grid;grid-template-columns:14rem minmax(0,1fr);column-gap:1rem;align-items:start;break-inside:avoid}
        .row+.row:not(.thin){border-top:1px solid var(--line);padding-top:.5rem}
        .thin{grid-template-columns:24rem minmax(0,1fr)}
        .row .name{font-size:.9rem;line-height:1.35}
        .row p{margin:0}
        svg{display:block;max-width:100%}
        .legend svg{display:inline-block}
        .bar{background:var(--panel);border-radius:3px}
        .unattended,.step{fill:var(--blue)}
        .assisted{fill:url(#hatch);stroke:var(--orange);stroke-width:1.5}
        .assisted-line{stroke:var(--orange);stroke-width:2;fill:none}
        .expired{fill:url(#cross);stroke:var(--grey);stroke-width:1.5;stroke-dasharray:4 3}
        .expired-line{stroke:var(--grey);stroke-width:.8;fill:none}
        .size{fill:var(--blue);stroke:var(--panel);stroke-width:2}
        .today{stroke:var(--today);stroke-width:2}
        .tick{stroke:var(--muted)}
        .scale text{font-size:12px;fill:var(--muted)}
        .scale .now{fill:var(--today);font-weight:600}
        table{border-collapse:collapse;width:100%;font-size:.925rem}
        th,td{text-align:left;vertical-align:top;padding:.5rem .7rem .5rem 0;border-bottom:1px solid var(--line)}
        th{color:var(--muted);font-size:.8125rem;font-weight:600}
        td.number{font-variant-numeric:tabular-nums;white-space:nowrap}
        .word{font-weight:600}
        .good{color:var(--good)}.bad{color:var(--bad)}.doubt{color:var(--doubt)}
        @media (max-width:46rem){
        .row,.thin{grid-template-columns:minmax(0,1fr)}
        .scalerow>span{display:none}
        table,tbody,tr,td{display:block}
        thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        tr{border-bottom:1px solid var(--line);padding:.6rem 0}
        td{border:0;padding:.1rem 0 .1rem 7.5rem;position:relative;min-height:1.5rem}
        td::before{content:attr(data-label);position:absolute;left:0;width:7rem;color:var(--muted);font-size:.8125rem}}
        @media print{:root{--paper:#fff;--panel:#fff;--ink:#000;--muted:#333;--line:#999;--blue:#0b5cad;--orange:#9a4b00;--grey:#444;
        --today:#b3261e;--good:#14683a;--bad:#a3211b;--doubt:#8a4b00}
        body{max-width:none;padding:0;font-size:11pt}svg,.numbers div{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        .bar,.numbers div{border:1px solid var(--line)}h2,h3{break-after:avoid}tr{break-inside:avoid}thead{display:table-header-group}}

        """;
}
