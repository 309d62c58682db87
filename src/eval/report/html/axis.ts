import type { AxisScore } from '../../score.ts';
import type { ServedRow } from '../../served.ts';
import { confidenceHistogram, reliabilityPlot, riskCoveragePlot } from './calibration.ts';
import { axisFacts, confusionTable } from './confusion.ts';
import { escapeHtml } from './escape.ts';
import type { Section } from './page.ts';

/** One axis: its figures, who is mistaken for whom and what that costs, and whether confidence keeps its word. @param note what gold is */
export function axisSection(score: AxisScore, served: readonly ServedRow[], note = ''): Section {
  const { axis, calibration } = score;
  const sure = served.flatMap(({ label, gold }) => {
    const said = label[axis];
    return said === undefined || gold[axis] === undefined ? [] : [{ confidence: said.confidence, right: said.value === gold[axis] }];
  });
  const plots = [reliabilityPlot(axis, calibration.bins), confidenceHistogram(axis, sure), riskCoveragePlot(axis, sure)];
  return {
    id: `axis-${axis.replace(/[^A-Za-z0-9_-]/g, '')}`,
    title: `Axis: ${axis}`,
    html: `${note === '' ? '' : `<p class="note">${escapeHtml(note)}</p>`}<p>${escapeHtml(axisFacts(score))}</p>${confusionTable(score, served)}<div class="several">${plots.join('')}</div>`,
  };
}
