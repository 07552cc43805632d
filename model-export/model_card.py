"""A bundle's model card, in Markdown, of its description and of a report that evaluate.py makes."""
FEW = 5  # sites of an industry, below which its recall says little


def model_card(card, industries, report, tables):
    seen = {row["industry"] for row in report["industries"]}
    unseen = [industry for industry in industries if industry not in seen]
    few = sum(row["sites"] < FEW for row in report["industries"])
    lengths = ", ".join(f"{kind.replace('_', ' ')} {length}" for kind, length in card["segment_lengths"].items())
    return f"""# Model card: {report['version']}

## What it is

A classifier of businesses by their web sites into {len(industries)} industries. It reads up to five pages (text and title), the domain, the
business name and the url's extension: each of these twelve segments becomes one vector of width {card['hidden']}, and one linear layer over all of
them says the industry. It answers with probabilities of all industries, and abstains where the best one is below {card['abstain_threshold']:g}.

| setting | |
|---|---|
| languages | {', '.join(card.get('languages', [])) or 'not stated'} |
| tokens at most | {lengths} |
| url extensions | {', '.join(card['url_extensions'])} |
| pooling | {card['pooling']}{', normalised' if card['normalize'] else ''} |
| temperature | {card['temperature']:g} |
| abstain threshold | {card['abstain_threshold']:g} |

## How it was trained

{trained(card.get('trained'))}

## What it was judged on

{report['on']}, of {len(seen)} industries; {report['date']}.
{f"Read as empty: {', '.join(report['hidden'])}." if report['hidden'] else 'Nothing was hidden from it.'}
{f"Each of {report['folds']} folds was judged with the temperature that fits the others." if report['folds'] else "The temperature is the bundle's own."}

## Figures

With 95 % intervals from {report['bootstraps']} bootstrap resamples of the sites{', differences from the same resamples' if report['differences'] else ''}.

{(chr(10) * 2).join(map(markdown, tables))}

- Top-1 to neg. log likelihood take each site as answered, however unsure. A labelled site with no page read ({report['without_page']} here) is a miss;
  calibration error (ten bins) and likelihood are taken over sites with a page.
- Of several right industries any is right; the one that was said counts for macro F1 and recall, or else the first.
- Classified is what is not below the abstain threshold.{' A baseline classifies as many sites, its surest.' if report['differences'] else ''}
- Resampling adds to the calibration error: its interval lies rather high, and can lie above the figure.

![How often a probability is right](reliability.png)

![Risk by coverage](risk-coverage.png)

## Confusions

{markdown([['right', 'said', 'sites', 'of'], *([pair['right'], pair['said'], str(pair['times']), str(pair['sites'])] for pair in report['confusions'])])}

![Confused pairs](confusions.png)

## Industries, worst first

Recall with 95 % intervals (Wilson).

{markdown([['industry', 'sites', 'recall', 'taken for'], *map(industry_row, report['industries'])])}

![Recall by industry](industries.png)

## Limits

- Figures hold for sites like those judged on; a probability holds for sites like those that the temperature was fitted on.
- {few} of the {len(seen)} industries judged have fewer than {FEW} sites: their recall says little.
- {len(unseen)} of the {len(industries)} industries have no site here, so that nothing is known of them{': ' + ', '.join(unseen) if unseen else ''}.
- Sites in other languages than those above are not judged here unless the data holds them.
- What stands beyond the tokens and pages above is not read; a page that says nothing of its trade may still be taken for one.

## Licence

{card.get('licence', 'Not stated.')}
"""


def trained(told):
    """A text as it is, settings as a list."""
    if isinstance(told, dict):
        return "\n".join(f"- {name.replace('_', ' ')}: {value}" for name, value in told.items())
    return told or "Not stated."


def industry_row(row):
    return [row["industry"], str(row["sites"]), f"{row['value']:.0%} ({row['low']:.0%} to {row['high']:.0%})", ", ".join(row["taken_for"])]


def markdown(rows):
    head, *others = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + "---|" * len(rows[0]), *others])
