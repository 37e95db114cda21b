"""The rules and their dated thresholds, for whoever reviews them, and how often people decided otherwise (VDAB-06)."""

from dataclasses import asdict, dataclass

from skillmatch import access
from skillmatch.access import Action, Actor
from skillmatch.assess.plan import MESSAGES
from skillmatch.assess.rules import Rules
from skillmatch.assess.trajectory import RULES, override_rates
from skillmatch.service.casework.office import Office
from skillmatch.store import cases

POPULATION = "every decision with a recommendation, in the files that are open to your organisation"


@dataclass(frozen=True, slots=True)
class RuleBook:
    """What the recommendations and the checks of plans go by; a value is changed in the file, by adding one."""

    office: Office
    rules: Rules

    def view(self, actor: Actor) -> dict[str, object]:
        """Every threshold with all its values, dates and sources, every rule in words, every breach of a plan."""
        with self.office.count(actor, Action.VIEW_RULES) as unit:
            force = self.rules.in_force(unit.today)
            values = {
                "on": unit.today,
                "values_from": self.rules.on(unit.today).valid_from,
                "about": self.rules.about,
                "thresholds": [{**asdict(one), "in_force": asdict(force[one.name])} for one in self.rules.thresholds],
                "rules": [{"rule": one.id, "says": one.says, "source": one.source} for one in RULES],
                "routes": [asdict(one) for one in self.rules.routes],
                "plans": [{"breach": breach, "message": message} for breach, message in MESSAGES.items()],
            }
            return access.shown(actor, Action.VIEW_RULES, values)

    def overrides(self, actor: Actor) -> dict[str, object]:
        """How often, and in which direction, people decided otherwise than each rule led to recommend.

        Counted from what is kept in the clear with each decision (rules and trajectories): no file is opened for it.
        """
        with self.office.count(actor, Action.VIEW_OVERRIDES) as unit:
            rates = override_rates(cases.judged(unit))
            shown = [
                {
                    "rule": rule.id,
                    "says": rule.says,
                    "decisions": rates[rule.id].decisions,
                    "overridden": rates[rule.id].overridden,
                    "more_direct": rates[rule.id].more_direct,
                    "less_direct": rates[rule.id].less_direct,
                    "share": rates[rule.id].share,
                }
                for rule in RULES
            ]
            values = {"as_of": unit.today, "population": POPULATION, "rules": shown}
            return access.shown(actor, Action.VIEW_OVERRIDES, values)
