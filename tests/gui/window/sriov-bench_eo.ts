<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="eo">
<context>
    <name>ComparePage</name>
    <message>
        <source>Compare</source>
        <translation>Kompari</translation>
    </message>
</context>
<context>
    <name>sriov::gui::MainWindow</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Dosiero</translation>
    </message>
</context>
</TS>
