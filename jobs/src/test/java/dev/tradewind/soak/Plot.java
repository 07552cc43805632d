package dev.tradewind.soak;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A picture of what was measured: a panel for each quantity, a line for each process, and where the warm-up ended. */
final class Plot {
    private static final int COLUMNS = 3;
    private static final int WIDTH = 420;
    private static final int HEIGHT = 260;
    private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);
    private static final List<String> QUANTITIES = List.of(
            LiveJvm.LIVE_HEAP,
            LiveJvm.DIRECT_MEMORY,
            LiveJvm.RESIDENT_SET,
            LiveJvm.THREADS,
            LiveJvm.OPEN_FILES,
            RunningJob.STATE,
            RunningJob.JOIN_VISITS,
            Trade.UNDER_WAY,
            Trade.ANSWERED);

    /** Writes a PNG. */
    static void write(List<Series> measured, double warmUp, Path file) throws IOException {
        var panels = QUANTITIES.stream()
                .map(quantity -> panel(quantity, measured, warmUp))
                .toList();
        BitmapEncoder.saveBitmap(panels, panels.size() / COLUMNS, COLUMNS, file.toString(), BitmapFormat.PNG);
    }

    private static XYChart panel(String quantity, List<Series> measured, double warmUp) {
        var panel = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(quantity)
                .xAxisTitle("minutes")
                .build();
        panel.getStyler()
                .setYAxisMin(0.0)
                .setYAxisDecimalPattern("#,##0")
                .setXAxisDecimalPattern("0")
                .setAxisTickLabelsFont(SMALL)
                .setLegendPosition(LegendPosition.OutsideS)
                .setLegendLayout(LegendLayout.Horizontal)
                .setLegendFont(SMALL)
                .setLegendPadding(2)
                .setLegendSeriesLineLength(10)
                .setLegendBorderColor(Color.WHITE)
                .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 13))
                .setChartBackgroundColor(Color.WHITE);
        measured.stream()
                .filter(series -> Table.quantity(series.name()).equals(quantity))
                .forEach(series -> add(series, panel));
        panel.getStyler().setLegendVisible(panel.getSeriesCollection().size() > 1);
        panel.addAnnotation(new AnnotationLine(warmUp, true, false));
        return panel;
    }

    private static void add(Series series, XYChart panel) {
        var minutes = series.points().stream().map(Series.Point::minute).toList();
        var values = series.points().stream().map(Series.Point::value).toList();
        panel.addSeries(Table.owner(series.name()), minutes, values).setMarker(SeriesMarkers.NONE);
    }

    private Plot() {}
}
