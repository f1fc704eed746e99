"""Forms filled in with texts, ready to try. All were written for this app and are free for any use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class TextSample:
    name: str
    title: str
    task: str
    """Id of the task whose form it fills."""
    inputs: dict[str, Any]
    """By field name. Texts are one per line, as a person would type them."""
    licence: str = "CC0-1.0"
    source: str = "written for ONNX Playground"


def samples(task: str = "") -> tuple[TextSample, ...]:
    """The samples for a task, or all of them."""
    return tuple(sample for sample in _SAMPLES if task in ("", sample.task))


_SAMPLES = (
    TextSample(
        "irises",
        "Six irises",
        "table_prediction",
        {
            "table": "sepal length,sepal width,petal length,petal width\n"
            "5.0,3.4,1.5,0.2\n"
            "4.6,3.1,1.4,0.2\n"
            "5.9,2.8,4.3,1.3\n"
            "6.1,2.9,4.7,1.4\n"
            "6.6,3.0,5.6,2.1\n"
            "7.2,3.1,6.0,2.3"
        },
    ),
    TextSample(
        "same_thing_twice",
        "The same thing in other words",
        "text_similarity",
        {
            "texts": "The train to Berlin leaves at nine.\n"
            "Our railway journey starts in the morning.\n"
            "My grandmother bakes the best apple pie.\n"
            "This recipe for a fruit cake is delicious.\n"
            "The stock market fell sharply today."
        },
    ),
    TextSample(
        "frequent_questions",
        "Questions that mean the same",
        "text_similarity",
        {
            "texts": "How can I get my money back?\n"
            "What is your refund policy?\n"
            "When does the shop open on Saturday?\n"
            "What are your opening hours at the weekend?\n"
            "Do you deliver to Norway?\n"
            "Is shipping abroad possible?"
        },
    ),
    TextSample(
        "film_plots",
        "Which two films are alike?",
        "text_similarity",
        {
            "texts": "A lost dog crosses the whole country to find its family.\n"
            "A cat travels hundreds of miles to get back home.\n"
            "Two detectives hunt a thief through the streets of Naples.\n"
            "A police officer follows the trail of a stolen painting.\n"
            "An astronaut is left behind alone on a distant planet."
        },
    ),
    TextSample(
        "letters_to_a_shop",
        "Letters to a shop",
        "text_sorting",
        {
            "texts": "The parcel was two weeks late.\n"
            "I was charged twice for one order.\n"
            "The screen stays black when I press the button.\n"
            "How do I change my password?\n"
            "The courier left the box in the rain.\n"
            "Please send me the receipt for my tax return.\n"
            "Lovely weather today.",
            "labels": "delivery of a package\npayment and invoices\nbroken device\nlogin and password",
        },
    ),
    TextSample(
        "headlines",
        "Headlines by section",
        "text_sorting",
        {
            "texts": "Home team wins the cup after extra time\n"
            "Central bank raises interest rates again\n"
            "New telescope sees the oldest galaxy so far\n"
            "Parliament votes on the new election law\n"
            "Young pianist moves the audience to tears\n"
            "Striker out for three months with a knee injury",
            "labels": "sports\nbusiness and economy\nscience and space\npolitics\nmusic and culture",
        },
    ),
    TextSample(
        "moods",
        "How do they feel?",
        "text_sorting",
        {
            "texts": "I can't stop smiling, we won!\n"
            "Nobody came to my birthday.\n"
            "I am furious, you broke it on purpose!\n"
            "There is a noise in the cellar and I don't want to go down.",
            "labels": "a happy person\na sad and lonely person\nan angry person\na person who is afraid",
        },
    ),
    TextSample(
        "house_rules",
        "House rules",
        "text_search",
        {
            "question": "Where can I wash clothes?",
            "texts": "Bicycles may be parked in the yard behind the house.\n"
            "The rubbish is collected every Tuesday before seven.\n"
            "Please don't play loud music after ten in the evening.\n"
            "The washing machine in the cellar takes coins of one euro.\n"
            "If the heating fails, call Mr Novak on the ground floor.",
        },
    ),
    TextSample(
        "first_aid",
        "First aid",
        "text_search",
        {
            "question": "I cut my finger and it won't stop bleeding",
            "texts": "Cool a burn under lukewarm running water for ten minutes.\n"
            "Press a clean cloth firmly on the wound and hold the hand up.\n"
            "After a bee sting, pull out the sting and cool the spot.\n"
            "Pinch the nose and lean forward; breathe through the mouth.\n"
            "Bring a person who feels faint to lie down with raised legs.",
        },
    ),
    TextSample(
        "recipes",
        "What shall we cook?",
        "text_search",
        {
            "question": "a cool dessert for a hot summer day",
            "texts": "Lentil soup with carrots and smoked paprika\n"
            "Grilled beef steak with pepper sauce\n"
            "Cold cucumber salad with dill and yoghurt\n"
            "Chicken curry with coconut milk\n"
            "Lemon ice cream with fresh mint",
        },
    ),
    TextSample(
        "hotel_review",
        "A happy guest",
        "text_classification",
        {"text": "The staff were friendly and the room was spotless. We would love to come back!"},
    ),
    TextSample(
        "late_train",
        "An angry traveller",
        "text_classification",
        {"text": "Third delay this week, no seat, and nobody tells us why. I want my money back."},
    ),
    TextSample(
        "news_item",
        "A line from the news",
        "token_classification",
        {"text": "Maria Lopez of the Red Cross flew from Madrid to Nairobi on Friday to meet the mayor, John Otieno."},
    ),
    TextSample(
        "minutes",
        "Minutes of a meeting",
        "token_classification",
        {
            "text": "Present: Anna Becker, Tom Sato. The office in Vienna signs the contract with Northwind in May. "
            "Tom visits Oslo first and reports to Anna."
        },
    ),
    TextSample(
        "library",
        "Who designed the library?",
        "question_answering",
        {
            "question": "Who designed the library?",
            "text": "The library in Harbour Street was opened in 1924. It was designed by Ada Lindqvist, who had "
            "studied in Vienna. Today it holds about 80,000 books.",
        },
    ),
    TextSample(
        "not_in_the_text",
        "A question the text doesn't answer",
        "question_answering",
        {
            "question": "How much does a ticket cost?",
            "text": "The museum opens at ten. On Mondays it is closed. The café on the ground floor serves lunch.",
        },
    ),
    TextSample(
        "complaint",
        "What is this letter about?",
        "zero_shot_classification",
        {
            "text": "I was charged twice for one order and want my money back.",
            "labels": "payment\ndelivery\nlogin and password\nbroken device",
        },
    ),
    TextSample(
        "mood_and_topic",
        "Several labels at once",
        "zero_shot_classification",
        {
            "text": "What a match! Our town cheered all night, and the mayor danced on the square.",
            "labels": "sports\npolitics\njoy\nanger",
            "several": "several may fit",
        },
    ),
    TextSample(
        "python",
        "A Python script",
        "content_detection",
        {
            "file": "import csv\n\n"
            "def total(path):\n"
            "    with open(path) as file:\n"
            '        return sum(float(row["price"]) for row in csv.DictReader(file))\n\n'
            'print(total("shopping.csv"))\n'
        },
    ),
    TextSample(
        "csv",
        "A table with commas",
        "content_detection",
        {
            "file": "id,name,price,stock\n1,apple,0.50,120\n2,pear,0.70,80\n3,fig,1.20,15\n"
            "4,plum,0.40,64\n5,quince,1.10,7\n"
        },
    ),
    TextSample(
        "html",
        "A web page",
        "content_detection",
        {
            "file": "<!doctype html>\n<html>\n<head><title>Our garden</title></head>\n"
            "<body>\n<h1>Welcome</h1>\n<p>The roses are in bloom.</p>\n</body>\n</html>\n"
        },
    ),
    TextSample(
        "json",
        "Settings in JSON",
        "content_detection",
        {
            "file": '{\n  "name": "kitchen lamp",\n  "on": true,\n  "brightness": 80,\n'
            '  "colours": ["warm", "cool"],\n  "timer": {"start": "18:00", "end": "22:30"}\n}\n'
        },
    ),
    TextSample(
        "sql",
        "A database query",
        "content_detection",
        {
            "file": "SELECT customer, COUNT(*) AS orders\nFROM sales\nWHERE year = 2024\n"
            "GROUP BY customer\nHAVING COUNT(*) > 3\nORDER BY orders DESC;\n"
        },
    ),
    TextSample(
        "letter",
        "A letter",
        "content_detection",
        {
            "file": "Dear Anna,\n\nthe meeting is moved to Tuesday at ten. Please bring the drawings of the new\n"
            "library with you, and tell Tom that lunch is on me.\n\nSee you then,\nPaul\n"
        },
    ),
)
