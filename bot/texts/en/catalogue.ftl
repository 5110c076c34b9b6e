import-reading = Reading
import-fetching = Fetching from AniList, { $count ->
    [one] one page so far
   *[other] { $count } pages so far
}
import-writing = Writing the catalogue
import-embedding = Encoding texts
import-done = Read { $read ->
    [one] one row
   *[other] { $read } rows
}: { $added ->
    [one] one title added
   *[other] { $added } titles added
}, { $enriched } enriched, { $unchanged } unchanged, { $skipped ->
    [one] one row skipped
   *[other] { $skipped } rows skipped
}. The catalogue has { $titles } titles.
import-next = Bots that are running use the new catalogue from their next start on. `osusume catalogue embed` lets new titles and texts count in searches by mood and story.
import-skipped = { $file }, row at { $line }: { $sentence }
import-skipped-more = ... and { $count } more like this
embed-done = { $count ->
    [0] All titles had been encoded already.
    [one] One title encoded. Bots that are running use it from their next start on.
   *[other] { $count } titles encoded. Bots that are running use them from their next start on.
}

import-row-id = there is no MAL id, a number from 1 to 9999999
import-row-title = there is no title
import-row-twice = the MAL id { $mal_id } stands in this file before; the first row counts
import-row-other-title = the MAL id { $mal_id } is “{ $title }” here, and “{ $given }” in the file; are these MAL ids?
import-row-no-mal-id = the title has no MAL id
import-row-bare = nothing but the title “{ $title }” is known
import-row-commercial = “{ $title }” is a commercial
import-row-json = this is no JSON object
import-row-csv = this is no row of a table (a quotation mark may be missing)
import-row-columns = the row has { $found } cells, the header { $expected }
import-row-encoding = the row is not UTF-8
import-row-long = the line is longer than a megabyte

import-unreadable = I cannot read { $file }. Is the path right, and may I read it?
import-unwritable = I cannot write the new catalogue ({ $reason }). The old one stays in use. Is there room on the disk, and may I write to the home folder?
import-zip = { $file } is a zip archive. Unpack it, then import the files in it.
import-cut = { $file } is broken or ends too early. Nothing was changed; please get the file again.
import-format-unknown = I do not know the format of { $file }. Say which it is with --format: { $formats }.
import-columns = The table needs a column of MAL ids and one of titles. Name them: --map mal_id=COLUMN,title=COLUMN. Its columns: { $columns }
import-map-wrong = I do not understand “{ $given }”. Write --map title=Name,mal_id=Id.
import-map-field = There is no field “{ $field }”. Fields: { $fields }
import-map-column = There is no column “{ $column }”. Columns: { $columns }
import-date-wrong = “{ $given }” is no day. Write it like 2026-01-31.
import-busy = Another import is running. Please try again when it is done.
anilist-unreachable = AniList does not answer properly ({ $reason }). What came so far is kept: run the command again today, and it goes on there.
anilist-refused = AniList refused the question: { $reason }

catalogue-missing = The catalogue file { $file } is missing.
catalogue-broken = The catalogue file { $file } is broken ({ $reason }). If it is the imported one in the home folder, delete it and import again.
catalogue-version = The catalogue file { $file } was made by another version. If it is the imported one in the home folder, delete it and import again.
